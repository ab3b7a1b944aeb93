"""The plan of a release shares nothing between validation and test."""

import collections
import dataclasses

import numpy as np
import pytest

from fs_tf.overlay import seeds
from fs_tf.overlay.release import Settings, plan_examples, split_objects
from fs_tf.overlay.sources.cityscapes import Frame


@dataclasses.dataclass(frozen=True)
class Item:
    source: str
    category: str


def frames(count):
    return [
        Frame(f"frankfurt_{i:06d}_000019", "val", "frankfurt") for i in range(count)
    ]


def settings(validation=3, test=10, uses=3, seed="0", secret="0"):
    return Settings(
        counts={"validation": validation, "test": test},
        seeds={"validation": seed, "test": secret},
        max_frame_uses=uses,
    )


def ids(examples):
    return [example.frame.frame_id for example in examples]


def test_counts_ids_and_disjoint_frames():
    plan = plan_examples(frames(9), settings(3, 10), "static")
    assert {split: len(examples) for split, examples in plan.items()} == {
        "validation": 3,
        "test": 10,
    }
    assert [e.image_id for e in plan["test"]][:3] == ["0000", "0001", "0002"]
    assert not set(ids(plan["validation"])) & set(ids(plan["test"]))
    uses = collections.Counter(ids(plan["test"]))
    assert max(uses.values()) <= 3 and len(uses) == 6  # all frames before repeating


def test_a_secret_changes_the_test_split_only():
    public = plan_examples(frames(50), settings(10, 60), "static")
    hidden = plan_examples(frames(50), settings(10, 60, secret="x"), "static")
    assert ids(public["validation"]) == ids(hidden["validation"])
    assert ids(public["test"]) != ids(hidden["test"])
    assert set(ids(public["test"])) == set(ids(hidden["test"]))


def test_zero_leaves_a_split_out():
    assert list(plan_examples(frames(4), settings(0, 4), "static")) == ["test"]
    with pytest.raises(ValueError, match="num_validation and num_test are both 0"):
        plan_examples(frames(4), settings(0, 0), "static")


def test_too_few_frames_names_the_settings():
    match = (
        "num_validation=3 . num_test=10 images need 5 frames .*max_frame_uses=3 .* "
        "but there are 4; lower the counts or raise"
    )
    with pytest.raises(ValueError, match=match):
        plan_examples(frames(4), settings(3, 10), "static")
    assert plan_examples(frames(4), settings(3, 10, uses=5), "static")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (
            {"counts": {"validation": -1, "test": 1}},
            "num_validation must be a whole number of at least 0; got -1",
        ),
        (
            {"max_frame_uses": 0},
            "max_frame_uses must be a whole number of at least 1; got 0",
        ),
        ({"control_probability": 1.5}, "control_probability must be within 0..1"),
        ({"control_probability": "x"}, "within 0..1, a number; got 'x'"),
        ({"image_size": 64}, r"image_size must be .height, width., .* got 64"),
        ({"image_size": (16, 32)}, "at least 32x32; got .16, 32."),
        ({"image_size": (64,)}, r"image_size must be .height, width."),
        ({"counts": {"test": "5"}}, "num_test must be a whole number"),
    ],
)
def test_settings_out_of_range(change, match):
    with pytest.raises(ValueError, match=match):
        dataclasses.replace(settings(), **change)


def test_many_classes_are_shared_by_class():
    items = [Item(f"{c}/{i}", c) for c in "abcdefgh" for i in range(3)]
    shared = split_objects(items, "static")
    classes = {k: {item.category for item in v} for k, v in shared.items()}
    assert len(classes["validation"]) == 2 and len(classes["test"]) == 6
    assert not classes["validation"] & classes["test"]


def test_few_classes_are_shared_by_object():
    items = [Item(f"{c}/{i}", c) for c in "ab" for i in range(4)]
    shared = split_objects(items, "static")
    assert len(shared["validation"]) == 2 and len(shared["test"]) == 6
    assert not set(shared["validation"]) & set(shared["test"])


def test_one_object_cannot_serve_two_splits():
    with pytest.raises(ValueError, match=r"only one usable object \('a/1'\)"):
        split_objects([Item("a/1", "a")], "static")


def test_generators_follow_from_seed_and_names():
    def numbers(*names):
        return seeds.generator(*names).integers(0, 1 << 30, 8).tolist()

    assert numbers(0, "static", "0001") == numbers("0", "static", "0001")
    variants = [("0", "a"), ("1", "a"), ("0", "b"), ("0", "a", ""), ("0a",)]
    assert len({tuple(numbers(*variant)) for variant in variants}) == len(variants)
    assert 0 <= seeds.share("a", "b") < 1 and seeds.share("a") != seeds.share("b")
    many = [seeds.share("x", str(i)) for i in range(500)]
    assert np.mean(many) == pytest.approx(0.5, abs=0.06)
