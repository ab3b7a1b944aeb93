import subprocess
import sys

FEW = ["--height=64", "--train_frames=1", "--val_frames=1", "--voc_images=1"]


def run(repository, *flags):
    command = [sys.executable, "-m", "experiments.make_sample_world", *flags]
    return subprocess.run(command, cwd=repository, capture_output=True, text=True)


def test_writes_once_and_refuses_another_world(repository, tmp_path):
    output = f"--output={tmp_path}/world"
    first = run(repository, output, *FEW)
    assert first.returncode == 0, first.stderr
    folders = {path.name for path in (tmp_path / "world").iterdir() if path.is_dir()}
    expected = {"cityscapes", "VOCdevkit", "lost_and_found", "web_cutouts", "manual"}
    assert folders == expected
    other = run(repository, output, "--seed=1", *FEW)
    assert other.returncode != 0
    assert other.stderr.strip().splitlines()[-1].startswith("Error: ")
    assert "(seed 0, not 1)" in other.stderr
    assert "Traceback" not in other.stderr


def test_bad_height_is_one_sentence(repository, tmp_path):
    result = run(repository, f"--output={tmp_path}/world", "--height=70")
    assert result.returncode != 0
    assert "`height` must be a multiple of 16" in result.stderr
    assert not (tmp_path / "world").exists()
