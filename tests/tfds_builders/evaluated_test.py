"""Every published dataset can be evaluated, with the number that its masks mean."""

import cv2
import numpy as np
import pytest
import tensorflow as tf
from sklearn import metrics

import tfds_builders  # noqa: F401  registers the datasets
from fs_tf import data, evaluation

LAF_FRAMES = ["04_Maurener_Weg_8_000000_000020", "01_Hanns_Klemm_Str_45_000000_000000"]
STATIC_FRAMES = ["frankfurt_000005_000019", "frankfurt_000002_000019"]
IMAGE = tf.TensorSpec([None, None, None, 3], tf.uint8, "image")


class Redness(tf.Module):
    """A submission whose score is the red channel."""

    @tf.function(input_signature=[IMAGE])
    def score(self, image):
        return {"anomaly_score": tf.cast(image[..., 0], tf.float32)}


@pytest.fixture(scope="module")
def submission(tmp_path_factory):
    folder = tmp_path_factory.mktemp("submission") / "redness"
    module = Redness()
    tf.saved_model.save(module, str(folder), {"serving_default": module.score})
    return folder


@pytest.fixture
def sources(layouts, cityscapes, lost_and_found, tmp_path):
    """Folders by name, as the downloads unpack."""
    published = tmp_path / "fishyscapes"
    masks = published / "fishyscapes_lostandfound"
    layouts.write_official(masks, LAF_FRAMES, 0, overlays=False)
    for version in (1, 2, 3):
        layouts.write_official(published / f"fs_val_v{version}", STATIC_FRAMES, version)
    return {
        "fishyscapes": published,
        "cityscapes": cityscapes,
        "lost_and_found": lost_and_found,
    }


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("LostAndFound", "lost_and_found"),
        ("OriginalLostAndFound", "lost_and_found"),
        ("Static:3.0.0", "cityscapes"),
        ("Static:2.0.0", "cityscapes"),
        ("Static:1.0.0", "cityscapes"),
    ],
)
def test_average_precision_of_every_published_config(
    name, base, sources, submission, tmp_path
):
    given = {key: str(sources[key]) for key in ("fishyscapes", base)}
    dataset = data.load(f"fishyscapes/{name}", "validation", tmp_path / "data", given)
    result = evaluation.evaluate(submission, dataset, tmp_path / "results")
    masks, scores = [], []
    for _, image, mask in dataset.frames():
        masks.append(mask.ravel())
        scores.append(image[..., 0].ravel())
    mask, score = np.concatenate(masks), np.concatenate(scores)
    assert set(np.unique(mask)) == {0, 1, 255}
    is_valid = mask != 255
    expected = metrics.average_precision_score(mask[is_valid], score[is_valid])
    assert result.metrics["AP"] == pytest.approx(expected, rel=1e-9)
    assert result.counts["positives"] == np.count_nonzero(mask == 1)


def test_the_labels_of_lost_and_found_mean_what_the_benchmark_says(sources, tmp_path):
    given = {key: str(sources[key]) for key in ("fishyscapes", "lost_and_found")}
    name = "fishyscapes/OriginalLostAndFound"
    dataset = data.load(name, "validation", tmp_path / "data", given)
    for (_, _, mask), frame in zip(dataset.frames(), LAF_FRAMES, strict=True):
        (path,) = (sources["lost_and_found"] / "gtCoarse").rglob(f"{frame}_*.png")
        ids = cv2.imread(str(path), -1)
        assert np.array_equal(mask == 255, ids == 0)
        assert np.array_equal(mask == 0, ids == 1)
        assert np.array_equal(mask == 1, ids > 1) and (mask == 1).any()


def test_slices_have_results_of_their_own(sources, submission, tmp_path):
    given = {key: str(sources[key]) for key in ("fishyscapes", "cityscapes")}
    found = {}
    for split in ("validation", "validation[:1]", "validation[1:]", "validation[:50%]"):
        dataset = data.load("fishyscapes/Static", split, tmp_path / "data", given)
        result = evaluation.evaluate(submission, dataset, tmp_path / "results")
        found[split] = (dataset.size, dataset.digest, result.counts["images"])
    assert [size for size, _, _ in found.values()] == [2, 1, 1, 1]
    assert [images for _, _, images in found.values()] == [2, 1, 1, 1]
    digests = {split: digest for split, (_, digest, _) in found.items()}
    assert digests["validation[:1]"] == digests["validation[:50%]"]  # the same image
    assert len(set(digests.values())) == 3
    names = sorted(path.name for path in (tmp_path / "results").rglob("*.result.json"))
    stem = "fishyscapes_Static_3.0.0.validation"
    assert names == sorted(
        f"{stem}{part}.result.json" for part in ("", ".1to", ".to1", ".to50pct")
    )


@pytest.mark.parametrize(
    ("split", "match"),
    [
        ("test", r"has no split 'test'; it has \['validation'\], slices as in"),
        ("validation[a:b]", r"has no split 'validation\[a:b\]'"),
        ("validation[5:]", r"has no split 'validation\[5:\]'"),
        ("validation[2:]", "Split 'validation.2:.' of '.*' is empty"),
    ],
)
def test_wrong_splits(split, match, sources, tmp_path):
    given = {key: str(sources[key]) for key in ("fishyscapes", "cityscapes")}
    with pytest.raises(ValueError, match=match):
        data.load("fishyscapes/Static", split, tmp_path / "data", given)
