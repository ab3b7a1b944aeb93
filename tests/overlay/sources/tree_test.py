"""A folder and the zip of it are read alike; what cannot be read is named."""

import errno
import os
import pathlib
import pickle
import shutil
import zipfile

import pytest

from fs_tf import errors
from fs_tf.overlay.sources.tree import Tree

OURS = {"val/a_x.png": b"1", "val/b_x.png": b"22", "train/c_x.png": b"333"}
FOREIGN = ("val/._a_x.png", ".git/d_x.png", "__MACOSX/val/a_x.png", "val/.e_x.png")


def write(folder, names):
    for name, content in names.items():
        path = pathlib.Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def pack(path, names):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/", b"")
        for name, content in names.items():
            archive.writestr(f"data/{name}", content)
    return Tree(path, prefix="data/")


@pytest.fixture(params=["folder", "zip"])
def tree_of(request, tmp_path):
    """Makes a tree of files, as a folder or as a zip."""

    def make(names):
        if request.param == "folder":
            shutil.rmtree(tmp_path / "data", ignore_errors=True)
            (tmp_path / "data").mkdir()
            write(tmp_path / "data", names)
            return Tree(tmp_path / "data")
        return pack(tmp_path / "data.zip", names)

    return make


def test_names_are_those_of_our_files(tree_of):
    tree = tree_of({**OURS, **dict.fromkeys(FOREIGN, b""), "val/readme.txt": b""})
    assert tree.names("_x.png") == sorted(OURS)
    assert tree.names("b_x.png") == ["val/b_x.png"]
    assert "val/readme.txt" in tree.names("")
    again = pickle.loads(pickle.dumps(tree))
    assert {name: again.read(name) for name in again.names("_x.png")} == OURS


def test_a_file_that_a_zip_holds_twice_is_one(tmp_path):
    pack(tmp_path / "data.zip", {"a_x.png": b"old"})
    with zipfile.ZipFile(tmp_path / "data.zip", "a") as archive:
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("data/a_x.png", b"new")
    tree = Tree(tmp_path / "data.zip", prefix="data/")
    assert tree.names(".png") == ["a_x.png"] and tree.read("a_x.png") == b"new"


def test_names_in_other_letters_are_refused_or_wanted(tree_of):
    tree = tree_of({**OURS, "val/d_X.PNG": b"", "val/._D_X.PNG": b""})
    match = "val/d_X.PNG' must end in '_x.png', in these letters: rename it"
    with pytest.raises(errors.BadValue, match=match):
        tree.names("_x.png")
    found = tree.names("_x.png", any_case=True)
    assert found == sorted([*OURS, "val/d_X.PNG"])


def test_a_missing_file_is_named_and_its_twin_in_other_letters(tree_of):
    tree = tree_of({**OURS, "val/d_X.PNG": b"", "A_x.png": b""})
    assert tree.has("val/a_x.png") and not tree.has("train/a_x.png")
    with pytest.raises(errors.NotFound, match="train/a_x.png' is missing; copy or"):
        tree.read("train/a_x.png")
    match = "val/d_x.png' is named 'd_X.PNG', in other letters: rename it"
    for ask in (tree.has, tree.read, lambda name: tree.digest([name])):
        with pytest.raises(errors.BadValue, match=match):
            ask("val/d_x.png")


def test_a_digest_follows_names_and_contents_alone(tree_of):
    names = sorted(OURS)
    first = tree_of(OURS).digest(names)
    assert len(first) == 64 and int(first, 16) >= 0
    again = tree_of(dict(reversed(OURS.items())))
    assert again.digest(reversed(names)) == again.digest(names) == first
    assert again.digest(names[:2]) != first
    assert tree_of({**OURS, "other.png": b""}).digest(names) == first
    same_size = {**OURS, "val/a_x.png": b"2"}
    renamed = {**OURS, "val/z_x.png": b"1"}
    del renamed["val/a_x.png"]
    others = {tree_of(same_size).digest(names), tree_of(renamed).digest(renamed)}
    assert len(others - {first}) == 2
    with pytest.raises(errors.NotFound, match="nowhere.png' is missing"):
        again.digest(["nowhere.png"])


def test_a_digest_of_a_name_that_is_no_text(tmp_path):
    name = os.fsdecode(b"a\xff_x.png")
    write(tmp_path, {name: b"1"})
    tree = Tree(tmp_path)
    assert tree.names("_x.png") == [name] and len(tree.digest([name])) == 64


def test_a_link_to_itself_is_named(tmp_path):
    write(tmp_path, OURS)
    (tmp_path / "val" / "loop_x.png").symlink_to("loop_x.png")
    (tmp_path / "val" / "gone_x.png").symlink_to("absent")
    tree = Tree(tmp_path)
    assert {"val/loop_x.png", "val/gone_x.png"} <= set(tree.names("_x.png"))
    for ask in (tree.read, lambda name: tree.digest([name])):
        with pytest.raises(errors.CannotAccess, match="mend it, or copy") as caught:
            ask("val/loop_x.png")
        assert caught.value.errno == errno.ELOOP
        assert caught.value.filename == str(tmp_path / "val" / "loop_x.png")
        with pytest.raises(errors.NotFound, match="gone_x.png' is missing"):
            ask("val/gone_x.png")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(tmp_path):
    write(tmp_path, OURS)
    (tmp_path / "val" / "a_x.png").chmod(0)
    with pytest.raises(errors.CannotAccess, match="Permission denied.*a_x.png"):
        Tree(tmp_path).read("val/a_x.png")


def test_damaged_zips_are_named(tmp_path):
    noise = os.urandom(1000)
    tree = pack(tmp_path / "data.zip", {"a_x.png": noise})
    data = bytearray((tmp_path / "data.zip").read_bytes())
    middle = data.index(noise[400:500])
    data[middle : middle + 40] = b"\xff" * 40
    (tmp_path / "data.zip").write_bytes(data)
    tree = Tree(tmp_path / "data.zip", prefix="data/")
    match = "data.zip/data/a_x.png' is truncated, damaged or .*; download it again"
    with pytest.raises(errors.BadValue, match=match):
        tree.read("a_x.png")
    (tmp_path / "data.zip").write_bytes(data[:-10])
    with pytest.raises(errors.BadValue, match="data.zip' is truncated, damaged or"):
        Tree(tmp_path / "data.zip")
    with pytest.raises(errors.NotFound, match="absent.zip' does not exist"):
        Tree(tmp_path / "absent.zip")
