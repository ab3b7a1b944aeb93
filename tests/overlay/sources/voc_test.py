"""Only whole, visible objects of the twelve classes are cut out of VOC."""

import numpy as np
import pytest
from PIL import Image

from fs_tf.overlay.sources import voc as voc_source
from fs_tf.overlay.sources.voc import Voc


def test_usable_objects(voc):
    found, skipped = Voc(voc).objects()
    assert [item.source for item in found] == [
        f"voc/2007_{index:06d}#1" for index in range(8)
    ]
    assert [item.category for item in found] == (
        "aeroplane bird boat cat cow dog horse sheep".split()
    )
    assert not skipped


@pytest.mark.parametrize("folder", ["", "VOC2012"])
def test_devkit_and_year_folder(voc, folder):
    assert len(Voc(voc / folder).objects()[0]) == 8


def test_cutout_is_the_object(voc):
    source = Voc(voc)
    cutout = source.cutout(source.objects()[0][3])
    assert cutout.rgb.shape == (50, 60, 3) and cutout.category == "cat"
    assert cutout.alpha.min() == 1 and not cutout.is_soft


@pytest.mark.parametrize("side", ["top", "left", "bottom", "right"])
def test_objects_at_any_border_are_dropped(layouts, tmp_path, side):
    top = {"top": 1, "bottom": 69}.get(side, 30)
    left = {"left": 1, "right": 99}.get(side, 40)
    root = tmp_path / "kit" / "VOC2012"
    layouts.write_voc_image(root, "2007_000001", [(8, top, left, 50, 60)])
    layouts.write_voc_image(root, "2007_000002", [(8, 30, 40, 50, 60)])
    found = Voc(root).objects()[0]
    assert [item.image_id for item in found] == ["2007_000002"]


def test_broken_mask_is_listed_and_skipped(voc):
    path = voc / "VOC2012" / "SegmentationClass" / "2007_000003.png"
    path.write_bytes(path.read_bytes()[:-30])
    found, skipped = Voc(voc).objects()
    assert len(found) == 7
    assert len(skipped) == 1 and "2007_000003.png' is not a complete" in skipped[0]


def test_colour_mask_is_listed_and_skipped(voc, layouts):
    path = voc / "VOC2012" / "SegmentationObject" / "2007_000000.png"
    layouts.write_png(path, np.zeros((120, 160, 3), np.uint8))
    assert "must be a palette PNG" in Voc(voc).objects()[1][0]


def class_mask(voc, image_id="2007_000003"):
    """Path of a class mask, and its codes: 8, a cat, on background."""
    path = voc / "VOC2012" / "SegmentationClass" / f"{image_id}.png"
    return path, np.array(Image.open(path))


@pytest.mark.parametrize("code", [21, 75, 254])
@pytest.mark.parametrize("is_one_pixel", [True, False])
def test_unknown_class_code_leaves_the_whole_mask_out(voc, code, is_one_pixel):
    path, codes = class_mask(voc)
    codes[np.s_[:1, :1] if is_one_pixel else codes == 8] = code
    Image.fromarray(codes).save(path)
    found, skipped = Voc(voc).objects()
    assert len(found) == 7 and "cat" not in {item.category for item in found}
    assert skipped == [
        f"'{path}' holds class code {code}, none of Pascal VOC's 0..20 or 255; was it "
        "saved as luminance? Use the original file."
    ]


@pytest.mark.parametrize("code", [0, 255])
def test_objects_of_background_or_border_are_left_out(voc, code):
    path, codes = class_mask(voc)
    codes[codes == 8] = code
    Image.fromarray(codes).save(path)
    found, skipped = Voc(voc).objects()
    assert len(found) == 7
    assert skipped == [
        f"'{path}' has class code {code}, background or border, for most of object 1; "
        "the object is left out."
    ]


def test_gray_mask_of_codes_is_as_good_as_a_palette(voc):
    path, codes = class_mask(voc)
    Image.fromarray(codes).save(path)
    assert Image.open(path).mode == "L"
    assert len(Voc(voc).objects()[0]) == 8


def test_nothing_usable(layouts, tmp_path):
    layouts.write_voc_image(tmp_path, "2008_000003", [(15, 30, 40, 50, 60)])
    with pytest.raises(ValueError, match="has no object of aeroplane, bird, .* whole"):
        Voc(tmp_path).objects()


def test_nothing_usable_names_the_first_problem(layouts, tmp_path):
    layouts.write_voc_image(tmp_path, "2008_000003", [(8, 30, 40, 50, 60)])
    (tmp_path / "SegmentationClass" / "2008_000003.png").unlink()
    match = "first problem: '.*SegmentationClass/2008_000003.png' is missing"
    with pytest.raises(ValueError, match=match):
        Voc(tmp_path).objects()


def test_no_layout(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no Pascal VOC: expected"):
        Voc(tmp_path)


def test_real_objects(realdata):
    found, skipped = Voc(realdata / "VOCdevkit").objects()
    assert not skipped and len({item.category for item in found}) >= 10
    assert {item.category for item in found} <= set(voc_source.ANOMALY_CLASSES)
    cutout = Voc(realdata / "VOCdevkit").cutout(found[0])
    assert cutout.alpha.shape == cutout.rgb.shape[:2]


def test_a_home_of_nobody():
    with pytest.raises(FileNotFoundError, match="'~nobody-here/x' holds no Pascal VOC"):
        Voc("~nobody-here/x")
