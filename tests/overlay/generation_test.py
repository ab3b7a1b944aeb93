"""What goes into an image: objects, controls, and what happens if nothing fits."""

import dataclasses

import numpy as np
import pytest

from fs_tf import labels as label_ids
from fs_tf.overlay.controls import ControlFiles, ControlFrames
from fs_tf.overlay.generation import Factory
from fs_tf.overlay.release import Example, Settings
from fs_tf.overlay.sources.cityscapes import Cityscapes, Frame
from fs_tf.overlay.sources.cutouts import Cutouts
from fs_tf.overlay.sources.images import decode_gray, decode_rgb
from fs_tf.overlay.sources.voc import Voc


def settings(**changes):
    seeds = {"validation": "0", "test": "0"}
    return Settings({"validation": 0, "test": 1}, seeds, **changes)


@pytest.fixture
def factory(cityscapes, voc):
    source = Voc(voc)
    objects = {"test": source.objects()[0]}
    return Factory("static", Cityscapes(cityscapes), source, objects, settings())


def example(factory, index=0):
    return Example(f"{index:04d}", "test", factory.cityscapes.frames("val")[0])


def codes(factory, count=24):
    """For every image the codes of what was pasted."""
    found = []
    for index in range(count):
        scene, _ = factory.scene(example(factory, index))
        found.append([note["code"] for note in scene.notes if "code" in note])
    return found


def test_made_files_are_the_scene(factory):
    scene, _ = factory.scene(example(factory))
    made = factory.make(example(factory))
    np.testing.assert_array_equal(decode_rgb(made.image, "image"), scene.image)
    np.testing.assert_array_equal(decode_gray(made.mask, "mask"), scene.mask)
    assert set(np.unique(scene.mask)) <= {0, 1, 255}


def test_one_to_three_objects(factory):
    counts = [len(found) for found in codes(factory)]
    assert set(counts) == {1, 2, 3}


def test_image_size(factory):
    small = dataclasses.replace(factory, settings=settings(image_size=(48, 96)))
    scene, _ = small.scene(example(small))
    assert scene.image.shape == (48, 96, 3) and scene.mask.shape == (48, 96)


def write_car(layouts, cityscapes):
    """A training frame with one whole car."""
    rng = np.random.default_rng(5)
    image, labels = layouts.street(rng)
    labels[30:45, 60:90] = label_ids.LABEL_IDS["car"]
    labels[20:, :20] = label_ids.LABEL_IDS["bus"]  # cut by the border
    layouts.write_frame(cityscapes, "train", "jena_000009_000019", image, labels)
    return image


def test_controls_from_frames(layouts, factory, cityscapes):
    image = write_car(layouts, cityscapes)
    source = Cityscapes(cityscapes)
    controls = ControlFrames(source, source.frames("train"), None)
    rng = np.random.default_rng(0)
    for _ in range(3):
        cutout = controls.draw(rng)
        assert (cutout.category, cutout.code) == ("car", label_ids.IN_DISTRIBUTION)
        np.testing.assert_array_equal(cutout.rgb, image[30:45, 60:90])


def test_some_images_have_controls_and_some_only_those(layouts, factory, cityscapes):
    write_car(layouts, cityscapes)
    source = Cityscapes(cityscapes)
    with_controls = dataclasses.replace(
        factory,
        settings=settings(control_probability=0.6),
        controls=ControlFrames(source, source.frames("train"), None),
    )
    found = codes(with_controls, 40)
    controls = [label_ids.IN_DISTRIBUTION in image for image in found]
    alone = [image == [label_ids.IN_DISTRIBUTION] for image in found]
    assert 14 < sum(controls) < 34 and 5 < sum(alone) < sum(controls)
    assert all(label_ids.IN_DISTRIBUTION not in image for image in codes(factory))


def test_controls_from_cutouts(cutouts):
    source = Cutouts(cutouts)
    cutout = ControlFiles(source, source.controls()).draw(np.random.default_rng(0))
    assert (cutout.category, cutout.code) == ("car", label_ids.IN_DISTRIBUTION)


def test_no_frame_with_a_control(factory):
    frames = factory.cityscapes.frames("train")
    with pytest.raises(ValueError, match="None of 30 frames has a whole person, rider"):
        ControlFrames(factory.cityscapes, frames, None).draw(np.random.default_rng(0))


def test_unreadable_photographs_are_skipped_and_listed(factory, voc):
    path = voc / "VOC2012" / "JPEGImages" / "2007_000003.jpg"
    path.write_bytes(b"nonsense")
    skipped = []
    for index in range(20):
        skipped += factory.scene(example(factory, index))[1]
    assert skipped and all("2007_000003.jpg' is not a complete" in s for s in skipped)


def test_no_readable_photograph_at_all(factory, voc):
    for path in (voc / "VOC2012" / "JPEGImages").iterdir():
        path.write_bytes(b"nonsense")
    with pytest.raises(ValueError, match="20 objects could not be read; the last"):
        factory.scene(example(factory))


def test_no_object_that_fits(layouts, factory, cityscapes):
    image, labels = layouts.street(np.random.default_rng(0))
    labels[:] = label_ids.EGO_VEHICLE
    layouts.write_frame(cityscapes, "val", "frankfurt_000077_000019", image, labels)
    frame = Frame("frankfurt_000077_000019", "val", "frankfurt")
    with pytest.raises(ValueError, match="No object fits into frame 'frankfurt_000077"):
        factory.scene(Example("0000", "test", frame))
