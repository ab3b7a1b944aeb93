"""The benchmark binary runs and prints ratios."""


def test_runs_on_one_image(binary):
    done = binary("bench_metrics", "--images=1", "--reference_images=1")
    assert done.returncode == 0, done.stderr
    assert "1 images, exact : scikit-learn:" in done.stdout
    assert "largest difference from scikit-learn" in done.stdout


def test_a_wrong_flag_is_one_sentence(binary):
    finished = binary("bench_metrics", "--images=0")
    assert finished.returncode == 1 and "Traceback" not in finished.stderr
    assert "flag --images=0: 0 is not a" in finished.stderr
