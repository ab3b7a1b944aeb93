import numpy as np
import pytest
from PIL import Image

from fs_tf.sample_world import figures, voc
from fs_tf.sample_world.jobs import voc_palette
from fs_tf.sample_world.seeds import generator

FISHYSCAPES = {
    "aeroplane", "bird", "boat", "bottle", "cat", "chair", "cow", "dog", "horse",
    "sheep", "sofa", "tvmonitor",
}  # fmt: skip


@pytest.fixture(scope="module")
def drawn():
    return [
        voc.draw_image(index, generator(0, "voc", "train", index))
        for index in range(36)
    ]


def test_all_fishyscapes_classes_and_some_others_occur(drawn):
    found = {
        voc.CLASSES[value]
        for _, c, _ in drawn
        for value in np.unique(c)
        if value != 255
    }
    assert found >= FISHYSCAPES
    assert found & {"person", "car"}


def test_an_object_has_one_class_and_both_maps_the_same_border(drawn):
    for _, classes, objects in drawn:
        assert ((classes == 255) == (objects == 255)).all()
        assert ((classes == 0) == (objects == 0)).all()
        for number in set(np.unique(objects)) - {0, 255}:
            assert len(np.unique(classes[objects == number])) == 1


def test_objects_are_separated_by_the_border(drawn):
    for _, _, objects in drawn:
        for first, second in (
            (objects[1:], objects[:-1]),
            (objects[:, 1:], objects[:, :-1]),
        ):
            differ = (first != second) & (first != 255) & (second != 255)
            assert not differ.any()


def test_some_objects_are_cut_and_some_are_tiny(drawn):
    edges, areas = 0, []
    for _, _, objects in drawn:
        rim = np.concatenate([objects[:, 0], objects[:, -1]])
        edges += bool(((rim != 0) & (rim != 255)).any())
        areas += [(objects == n).sum() for n in set(np.unique(objects)) - {0, 255}]
    assert edges >= 3
    assert min(areas) < 400 and max(areas) > 15000


@pytest.mark.parametrize("name", figures.FIGURES)
def test_figure_fills_its_frame_and_premultiplies(name):
    figure = figures.draw(name, np.random.default_rng(0), 120)
    assert figure.dtype == np.uint8 and max(figure.shape[:2]) == 120
    solid = figure[..., 3] > 127
    assert solid.any(0).mean() > 0.95 and solid.any(1).mean() > 0.95
    assert solid.mean() > 0.1
    assert (figure[..., :3] <= figure[..., 3:].astype(int) + 1).all()
    assert figure[solid][:, :3].std() > 8  # it is not a flat silhouette


def test_files_are_palette_images(world):
    root = world / "VOCdevkit/VOC2012"
    names = (root / "ImageSets/Segmentation/trainval.txt").read_text().split()
    for name in names:
        size = Image.open(root / f"JPEGImages/{name}.jpg").size
        for folder in ("SegmentationClass", "SegmentationObject"):
            picture = Image.open(root / folder / f"{name}.png")
            assert picture.mode == "P" and picture.size == size
            palette = np.array(picture.getpalette()).reshape(-1, 3)
            assert (palette[: len(voc_palette())] == voc_palette()).all()


def test_palette_is_that_of_the_devkit():
    # aeroplane, bicycle, tvmonitor, border
    assert voc_palette()[[1, 2, 20, 255]].tolist() == [
        [128, 0, 0],
        [0, 128, 0],
        [0, 64, 128],
        [224, 224, 192],
    ]


def test_lists_name_the_images(world):
    lists = world / "VOCdevkit/VOC2012/ImageSets/Segmentation"
    train, val, both = (
        (lists / f"{split}.txt").read_text().split()
        for split in ("train", "val", "trainval")
    )
    assert not set(train) & set(val) and sorted(train + val) == both
    images = (world / "VOCdevkit/VOC2012/JPEGImages").glob("*.jpg")
    assert sorted(path.stem for path in images) == both


def test_palette_matches_real_files(realdata):
    path = next((realdata / "VOCdevkit/VOC2007/SegmentationClass").glob("*.png"))
    real = np.array(Image.open(path).getpalette()).reshape(-1, 3)
    assert (real == voc_palette()[: len(real)]).all()
