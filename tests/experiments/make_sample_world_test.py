FEW = ["--height=64", "--train_frames=1", "--val_frames=1", "--voc_images=1"]


def test_writes_once_and_refuses_another_world(binary, tmp_path):
    output = f"--output={tmp_path}/world"
    first = binary("make_sample_world", output, *FEW)
    assert first.returncode == 0, first.stderr
    folders = {path.name for path in (tmp_path / "world").iterdir() if path.is_dir()}
    expected = {"cityscapes", "VOCdevkit", "lost_and_found", "web_cutouts", "manual"}
    assert folders == expected
    other = binary("make_sample_world", output, "--seed=1", *FEW)
    assert other.returncode != 0
    assert other.stderr.strip().splitlines()[-1].startswith("Error: ")
    assert "`seed` is 0, not 1" in other.stderr
    assert "Traceback" not in other.stderr


def test_bad_height_is_one_sentence(binary, tmp_path):
    result = binary("make_sample_world", f"--output={tmp_path}/world", "--height=70")
    assert result.returncode != 0
    assert "`height` must be a multiple of 16" in result.stderr
    assert not (tmp_path / "world").exists()
