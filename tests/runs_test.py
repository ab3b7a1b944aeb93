"""Output directories refuse another run and name what is wrong with them."""

import json

import pytest

from fs_tf import runs


def test_the_same_settings_claim_again(tmp_path):
    folder = tmp_path / "deep" / "run"
    for _ in range(2):
        assert runs.claim_directory(folder, "run.json", {"a": (1, 2)}) == folder
        (folder / "weights").write_text("")
    assert {path.name for path in folder.iterdir()} == {"run.json", "weights"}


def test_other_settings_are_refused(tmp_path):
    runs.claim_directory(tmp_path, "run.json", {"seed": 0})
    for settings, found in (({"seed": 1}, "0, not 1"), ({}, "0, not None")):
        with pytest.raises(FileExistsError, match=f"`seed` is {found}"):
            runs.claim_directory(tmp_path, "run.json", settings)


def test_files_of_another_kind_are_refused(tmp_path):
    (tmp_path / "thesis.txt").write_text("")
    with pytest.raises(FileExistsError, match="is not empty and holds no 'run.json'"):
        runs.claim_directory(tmp_path, "run.json", {})
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_claim_that_was_killed_is_made_again(tmp_path):
    (tmp_path / ".partial-1-1-run.json").write_text("{")
    assert runs.claim_directory(tmp_path, "run.json", {"seed": 1}) == tmp_path
    assert json.loads((tmp_path / "run.json").read_text()) == {"seed": 1}


def test_an_answer_is_computed_once(tmp_path):
    asked = []

    def compute():
        asked.append(1)
        return {"layers": [0.1 + 0.2, len(asked)]}

    def answer(**settings):
        return runs.remembered(tmp_path / "answers", settings, compute)

    first = answer(seed=0, split="validation")
    assert answer(split="validation", seed=0) == first == {"layers": [0.1 + 0.2, 1]}
    assert answer(seed=1, split="validation")["layers"][1] == 2
    assert not list(tmp_path.rglob("*.partial"))
    for path in (tmp_path / "answers").iterdir():
        path.write_text("{")
    with pytest.raises(ValueError, match=r"\.json' is damaged"):
        answer(seed=0, split="validation")
    for path in (tmp_path / "answers").iterdir():
        path.write_text("{}")
    with pytest.raises(ValueError, match=r"\.json' is damaged: delete it"):
        answer(seed=0, split="validation")


@pytest.mark.parametrize("text", ["", "{", "3", '["a"]'])
def test_damaged_settings_are_named(tmp_path, text):
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(ValueError, match="run.json' is damaged .*: delete .*again"):
        runs.claim_directory(tmp_path, "run.json", {})
