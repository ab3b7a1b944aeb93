"""The benchmark binary runs and prints ratios."""

import subprocess
import sys


def test_runs_on_one_image(repository):
    command = [sys.executable, "-m", "experiments.bench_metrics"]
    done = subprocess.run(
        [*command, "--images=1", "--reference_images=1"],
        cwd=repository,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "1 images, exact : scikit-learn:" in done.stdout
    assert "largest difference from scikit-learn" in done.stdout


def test_a_wrong_flag_is_one_sentence(repository):
    command = [sys.executable, "-m", "experiments.bench_metrics"]
    done = subprocess.run(
        [*command, "--images=0"], cwd=repository, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "images" in done.stderr and "Traceback" not in done.stderr
