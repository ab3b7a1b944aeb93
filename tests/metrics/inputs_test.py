"""Bad input ends as one sentence that names quantity, rule, value and image."""

import ml_dtypes
import numpy as np
import pytest

from fs_tf.metrics import AnomalyMetrics, ComponentMetrics

MASK = np.array([[0, 1, 255]], np.uint8)
SCORE = np.array([[0.1, 0.2, 0.3]], np.float32)


def with_value(array, value):
    array = array.astype(np.float64)
    array[0, 1] = value
    return array


@pytest.mark.parametrize("metrics_class", [AnomalyMetrics, ComponentMetrics])
@pytest.mark.parametrize("mask, score, message", [
    (MASK, with_value(SCORE, np.nan),
     r"`score` must be finite.*got nan at row 0, column 1 in image 'frankfurt_3'\."),
    (MASK, with_value(SCORE, -np.inf), r"`score` must be finite.*got -inf at row 0"),
    (MASK, with_value(SCORE, 1e300), r"`score` must be finite as float32.*got 1e\+300"),
    (MASK, SCORE[:, :2], r"`score` must have the shape of `mask`, \[1, 3\].*\[1, 2\]"),
    (MASK, SCORE[0], r"`score` must be \[H, W\].*got shape \[3\] in image 'frankfurt"),
    (MASK[:, :0], SCORE[:, :0], r"`mask` must be .*not empty; got shape \[1, 0\]"),
    (MASK, SCORE.astype(np.int32),
     r"`score` must be float16, float32 or float64; got int32 in image"),
    (MASK, SCORE.astype(ml_dtypes.bfloat16),
     r"`score` must be float.*; got bfloat16 in image 'frankfurt_3': convert it to f"),
    (MASK, SCORE.astype(ml_dtypes.bfloat16).view("V2"),
     r"got \|V2, as NumPy loads bfloat16 and its like, in image.*: convert it to f"),
    (MASK, SCORE.astype(ml_dtypes.float8_e5m2), r"`score` must be.*got float8_e5m2 in"),
    (MASK, [[0.1], [0.2, 0.3]],
     r"`score` must be what NumPy takes as an array in image 'frankfurt_3'; got list:"),
    (with_value(MASK, 2).astype(np.uint8), SCORE,
     r"`mask` must hold only 0, 1 or 255; got 2 in image 'frankfurt_3'\."),
    (MASK, np.ma.masked_greater(SCORE, 0.15),
     r"`score` must not be a masked array in image 'frankfurt_3': .* make .* void"),
    (np.ma.masked_equal(MASK, 1), SCORE, r"`mask` must not be a masked array in"),
    (MASK.astype(np.float32), SCORE, r"`mask` must be of an integer type; got float32"),
])  # fmt: skip
def test_bad_input_is_named_and_adds_nothing(metrics_class, mask, score, message):
    metrics = metrics_class()
    with pytest.raises(ValueError, match=message):
        metrics.update(mask, score, image_id="frankfurt_3")
    with pytest.raises(ValueError, match="must hold at least one image; got none"):
        metrics.result()


def test_a_type_that_numpy_cannot_take_is_named():
    class Tensor:
        def __array__(self, dtype=None, copy=None):
            raise TypeError("Got unsupported ScalarType BFloat16")

    with pytest.raises(ValueError, match="`score` must .*got Tensor: .* BFloat16"):
        AnomalyMetrics().update(MASK, Tensor())


def test_one_bad_image_keeps_its_whole_batch_out():
    metrics = AnomalyMetrics()
    scores = np.stack([SCORE, with_value(SCORE, np.nan)])
    with pytest.raises(ValueError, match="column 1 in image 'b'"):
        metrics.update(np.stack([MASK, MASK]), scores, image_id=["a", "b"])
    metrics.update(MASK, SCORE, image_id="c")
    assert metrics.result()["images"] == 1


def test_image_ids_must_fit_the_batch():
    with pytest.raises(ValueError, match=r"each of the 2 images.*got 1 name\(s\)"):
        AnomalyMetrics().update(
            np.stack([MASK, MASK]), np.stack([SCORE, SCORE]), image_id="a"
        )


def test_image_ids_may_be_bytes_as_from_tfds():
    metrics = AnomalyMetrics()
    metrics.update(MASK[None], SCORE[None], image_id=np.array([b"frankfurt"], object))
    assert metrics.per_image()[0].image_id == "frankfurt"


@pytest.mark.parametrize("image_id, place", [
    (b"frankfurt", "in image 'frankfurt'"),
    (np.array(b"frankfurt", object), "in image 'frankfurt'"),
    ([b"ulm", "bonn"], "in image 'ulm', 'bonn'"),
])  # fmt: skip
def test_wrong_shapes_name_images_of_any_text_type(image_id, place):
    with pytest.raises(ValueError, match=f"`score` must have the shape of .*{place}"):
        AnomalyMetrics().update(MASK, SCORE[:, :2], image_id=image_id)


@pytest.mark.parametrize("ask", [
    lambda metrics: metrics.result(),
    lambda metrics: metrics.curves(),
    lambda metrics: metrics.best_f1(),
    lambda metrics: metrics.fpr_at_tpr(),
    lambda metrics: metrics.by_size(),
    lambda metrics: metrics.per_image(),
    lambda metrics: metrics.summary(),
])  # fmt: skip
def test_nothing_can_be_asked_of_an_empty_dataset(ask):
    with pytest.raises(ValueError, match="must hold at least one image; got none"):
        ask(AnomalyMetrics())
