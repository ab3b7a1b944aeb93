"""Cutouts need transparency; Cityscapes classes among them are controls."""

import os

import numpy as np
import pytest

from fs_tf.overlay.sources.cutouts import Cutouts, category_of


def test_objects_and_controls(cutouts):
    source = Cutouts(cutouts)
    found, skipped = source.objects()
    assert [(item.name, item.category) for item in found] == [
        ("bird/a.png", "bird"),
        ("lion_1.png", "lion"),
        ("tiger_1.png", "tiger"),
    ]
    (control,) = source.controls()
    assert control.category == "car" and source.cutout(control).code == 0
    assert not skipped


def test_nearly_opaque_is_opaque_and_soft_is_recognized(cutouts):
    source = Cutouts(cutouts)
    bird, lion, tiger = (source.cutout(item) for item in source.objects()[0])
    assert tiger.alpha.max() == 1  # stored as 252 of 255
    assert lion.is_soft and not tiger.is_soft and not bird.is_soft
    assert tiger.rgb.shape[:2] == tiger.alpha.shape == (72, 72)  # cropped


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("tiger.png", "tiger"),
        ("tiger_03.png", "tiger"),
        ("polar_bear-12.png", "polar bear"),
        ("a/Lion/7.png", "lion"),
        ("tiger (1).png", "tiger"),
        ("tiger(3).PNG", "tiger"),
        ("tiger - Copy.png", "tiger"),
        ("Tiger copy 2.png", "tiger"),
        ("tiger (2)/7.png", "tiger"),
        ("traffic_light_1.png", "traffic light"),
        ("12.png", ""),
    ],
)
def test_category(name, category):
    assert category_of(name) == category


def test_bad_files_are_listed_and_skipped(cutouts, layouts):
    layouts.write_png(cutouts / "goat_1.png", np.zeros((90, 90, 3), np.uint8))
    empty = np.zeros((90, 90, 4), np.uint8)
    layouts.write_png(cutouts / "owl_1.png", empty)
    layouts.write_png(cutouts / "bee_1.png", layouts.disc((1, 2, 3), size=20))
    path = cutouts / "tiger_1.png"
    path.write_bytes(path.read_bytes()[:-50])
    (cutouts / "zebra").mkdir()
    found, skipped = Cutouts(cutouts).objects()
    assert [item.category for item in found] == ["bird", "lion"]
    text = "\n".join(skipped)
    assert "goat_1.png' has no alpha channel" in text
    assert "owl_1.png' is fully transparent" in text
    assert "bee_1.png' shows an object of only" in text
    assert "tiger_1.png' is not a complete PNG" in text
    assert "zebra' holds no .png; the class 'zebra' is left out." in text


def test_nothing_usable_names_the_first_problem(tmp_path, layouts):
    layouts.write_png(tmp_path / "cat_1.png", np.zeros((90, 90, 3), np.uint8))
    with pytest.raises(ValueError, match="first problem: .*cat_1.png' has no alpha"):
        Cutouts(tmp_path).objects()


def test_nothing_at_all(tmp_path):
    with pytest.raises(ValueError, match=r"that Cityscapes lacks\. Put RGBA PNGs"):
        Cutouts(tmp_path).objects()


def test_missing_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere' does not exist"):
        Cutouts(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "name",
    [
        "bird/.ipynb_checkpoints/1-checkpoint.png",
        ".Trash-1000/files/tiger.png",
        "._tiger_1.png",
        "__MACOSX/tiger_1.png",
    ],
)
def test_what_systems_leave_is_no_cutout(name, cutouts, layouts):
    layouts.write_png(cutouts / name, layouts.disc((9, 9, 9)))
    found, skipped = Cutouts(cutouts).objects()
    assert [item.category for item in found] == ["bird", "lion", "tiger"]
    assert not skipped


def test_a_car_is_no_anomaly_whatever_its_name(cutouts, layouts):
    names = ["car (1).png", "car(3).png", "car - Copy.png", "Car-4.png", "a b/7.png"]
    for name in names:
        layouts.write_png(cutouts / name, layouts.disc((9, 9, 9)))
    source = Cutouts(cutouts)
    found, skipped = source.objects()
    assert [item.category for item in found] == ["bird", "lion", "tiger"]
    assert {item.name for item in source.controls()} == {"car_1.png", *names[:4]}
    (left_out,) = skipped
    assert "a b/7.png' (1 of its kind) is left out: 'a b' is no known" in left_out


def test_the_user_lists_more_classes(cutouts, layouts):
    layouts.write_png(cutouts / "gizmo_1.png", layouts.disc((9, 9, 9)))
    before = Cutouts(cutouts).digest()
    (cutouts / "anomaly_classes.txt").write_text("Gizmo  # of our own\n\n")
    found, skipped = Cutouts(cutouts).objects()
    assert "gizmo" in {item.category for item in found} and not skipped
    assert Cutouts(cutouts).digest() != before
    (cutouts / "anomaly_classes.txt").write_text("gizmo\ncar\n")
    with pytest.raises(
        ValueError, match="classes.txt' names 'car', which is a class of"
    ):
        Cutouts(cutouts)


def test_the_same_cutout_is_used_once(cutouts):
    """Links to a file, to a folder, and in a circle: two cutouts stay two."""
    (cutouts / "bird" / "b.png").symlink_to(cutouts / "bird" / "a.png")
    (cutouts / "owl").symlink_to(cutouts / "bird")
    (cutouts / "bird" / "again").symlink_to(cutouts)
    found, skipped = Cutouts(cutouts).objects()
    assert [item.name for item in found] == ["bird/a.png", "lion_1.png", "tiger_1.png"]
    (left_out,) = skipped
    assert "bird/b.png' is a link to 'bird/a.png', and is left out." in left_out


def test_other_pictures_are_listed_and_case_does_not_matter(cutouts):
    (cutouts / "tiger_1.png").rename(cutouts / "tiger_1.PNG")
    (cutouts / "zebra_1.webp").write_bytes(b"")
    found, skipped = Cutouts(cutouts).objects()
    assert "tiger_1.PNG" in {item.name for item in found}
    (left_out,) = skipped
    assert "zebra_1.webp' is no .png, and is left out." in left_out


def test_a_link_does_not_rename_its_target(cutouts):
    """It sorts first, and still the car stays a car."""
    (cutouts / "bear_1.png").symlink_to(cutouts / "car_1.png")
    source = Cutouts(cutouts)
    found, (left_out,) = source.objects()
    assert [item.category for item in found] == ["bird", "lion", "tiger"]
    assert [item.name for item in source.controls()] == ["car_1.png"]
    assert "bear_1.png' is a link to 'car_1.png', and is left out." in left_out


def test_links_to_files_elsewhere_count_once(cutouts, tmp_path):
    elsewhere = (cutouts / "tiger_1.png").rename(tmp_path / "any.png")
    for name in ("tiger_1.png", "tiger_2.png"):
        (cutouts / name).symlink_to(elsewhere)
    found, (left_out,) = Cutouts(cutouts).objects()
    assert [item.name for item in found] == ["bird/a.png", "lion_1.png", "tiger_1.png"]
    assert "tiger_2.png' is a link to 'tiger_1.png'" in left_out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("car/tiger_1.png", "'car' and 'tiger'"),
        ("train/dog_1.png", "'train' and 'dog'"),
        ("boat/car.png", "'boat' and 'car'"),
        ("boat/cow/car_2.png", "'boat' and 'cow' and 'car'"),
        ("tiger/car/1.png", "'tiger' and 'car'"),
        ("Tiger (2)/a/polar-bear 3.png", "'tiger' and 'polar bear'"),
    ],
)
def test_folder_and_file_name_that_disagree(name, said, cutouts, layouts):
    layouts.write_png(cutouts / name, layouts.disc((9, 9, 9)))
    source = Cutouts(cutouts)
    found, (left_out,) = source.objects()
    assert [item.category for item in found] == ["bird", "lion", "tiger"]
    assert [item.name for item in source.controls()] == ["car_1.png"]
    assert f"{name}' is left out: its folders and its name say {said}; let" in left_out


@pytest.mark.parametrize("name", ["train/a_1.png", "images/train/7.png"])
def test_a_folder_may_still_name_a_class_of_cityscapes(name, cutouts, layouts):
    layouts.write_png(cutouts / name, layouts.disc((9, 9, 9)))
    layouts.write_png(cutouts / "images" / "cow" / "cow_1.png", layouts.disc((9, 8, 9)))
    source = Cutouts(cutouts)
    found, skipped = source.objects()
    assert [item.category for item in found] == ["bird", "cow", "lion", "tiger"]
    assert name in [item.name for item in source.controls()] and not skipped


def test_masks_beside_cutouts_are_no_anomalies(cutouts, layouts):
    layouts.write_png(cutouts / "mask_1.png", layouts.disc((255, 255, 255)))
    found, (left_out,) = Cutouts(cutouts).objects()
    assert "mask" not in {item.category for item in found}
    assert "'mask' is no known class" in left_out


def test_the_list_is_read_as_file_names_are(cutouts, layouts):
    names = ["stop_sign_1.png", "give-way.png", "sea lion/1.png"]
    for name in names:
        layouts.write_png(cutouts / name, layouts.disc((9, 9, 9)))
    path = cutouts / "anomaly_classes.txt"
    path.write_text("Stop-sign\ngive_way\n sea_lion # big\n", encoding="utf-8-sig")
    found, skipped = Cutouts(cutouts).objects()
    assert not skipped
    assert {item.name for item in found} >= set(names)
    path.write_text("traffic_light\n")
    with pytest.raises(ValueError, match="names 'traffic light', which is a class of"):
        Cutouts(cutouts)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1"])
def test_a_list_in_another_encoding(encoding, cutouts):
    path = cutouts / "anomaly_classes.txt"
    path.write_text("gizmo\nkäfer\n", encoding=encoding)
    with pytest.raises(ValueError, match="classes.txt' is no UTF-8 text: save it as"):
        Cutouts(cutouts)


def test_only_the_list_that_is_read_counts(cutouts):
    before = Cutouts(cutouts).digest()
    for name in ("my_anomaly_classes.txt", "bird/anomaly_classes.txt"):
        (cutouts / name).write_text("gizmo\n")
    assert Cutouts(cutouts).digest() == before


def test_names_of_any_bytes_are_left_out(cutouts):
    for name in (b"tiger_\xff.png", b"lion/\xfe.png", b"\xfd.gif"):
        path = cutouts / os.fsdecode(name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes((cutouts / "tiger_1.png").read_bytes())
    found, skipped = Cutouts(cutouts).objects()
    assert [item.name for item in found] == ["bird/a.png", "lion_1.png", "tiger_1.png"]
    text = "\n".join(skipped).encode().decode()
    assert "tiger_\\udcff.png' is left out: rename it to Unicode text." in text
    assert "lion/\\udcfe.png' is left out: rename it" in text
    assert "\\udcfd.gif' is no .png" in text


def test_a_home_of_nobody():
    with pytest.raises(FileNotFoundError, match="~nobody-here/x' does not exist"):
        Cutouts("~nobody-here/x")
