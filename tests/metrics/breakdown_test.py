"""Metrics by size of anomaly and by image equal those of parts of the masks."""

import math

import numpy as np
from sklearn.metrics import average_precision_score

from fs_tf.metrics import AnomalyMetrics


def test_by_size_ignores_anomalies_of_other_sizes():
    rng = np.random.default_rng(2)
    mask = np.zeros((2, 300, 400), np.uint8)
    small, medium, large = np.zeros((3, *mask.shape), bool)
    small[0, 5:15, 5:15] = True  # 100 pixels
    small[1, 0:31, 0:33] = True  # 1023 pixels: the last small size
    medium[0, 100:132, 100:132] = True  # 1024 pixels: the first medium size
    # Two squares that touch at a corner are one anomaly of 2 * 40 * 40 pixels.
    medium[1, 100:140, 100:140] = medium[1, 140:180, 140:180] = True
    large[1, 200:296, 300:396] = True  # 9216 pixels: the first large size
    mask[small | medium | large] = 1
    mask[:, :, 398:] = 255
    score = rng.standard_normal(mask.shape) + (mask == 1) * rng.random(mask.shape) * 3
    metrics = AnomalyMetrics()
    metrics.update(mask, score.astype(np.float32))
    found = metrics.by_size()
    for name, chosen, anomalies in (
        ("small", small, 2),
        ("medium", medium, 2),
        ("large", large, 1),
    ):
        kept = chosen | (mask == 0)
        expected = average_precision_score(chosen[kept], score.astype(np.float32)[kept])
        np.testing.assert_allclose(
            found[name].average_precision, expected, rtol=1e-12, err_msg=name
        )
        assert found[name].anomalies == anomalies
        assert found[name].positives == chosen.sum()


def test_a_size_that_does_not_occur_is_undefined(images):
    mask, score = images
    metrics = AnomalyMetrics()
    metrics.update(mask, score)
    found = metrics.by_size()
    assert found["small"].average_precision == metrics.result()["AP"]
    assert found["small"].anomalies == 7
    assert math.isnan(found["large"].average_precision)
    assert found["large"].anomalies == 0


def test_per_image_equals_single_images(images):
    mask, score = images
    metrics = AnomalyMetrics()
    metrics.update(mask, score, image_id=[f"image {index}" for index in range(8)])
    for index, found in enumerate(metrics.per_image()):
        single = AnomalyMetrics()
        single.update(mask[index], score[index])
        expected = single.result()
        assert found.image_id == f"image {index}"
        np.testing.assert_equal(found.average_precision, expected["AP"])
        np.testing.assert_equal(found.fpr95, expected["FPR95"])
        assert found.positives == expected["positives"]
    # The last image has no anomaly: its AP is defined as undefined.
    assert math.isnan(metrics.per_image()[7].average_precision)


def test_images_keep_their_pixels_and_names_when_merged(images, breakdowns):
    mask, score = images
    whole, merged = AnomalyMetrics(), AnomalyMetrics()
    whole.update(mask, score, image_id=list("abcdefgh"))
    for start in (0, 3):
        part = AnomalyMetrics()
        stop = start + 3 if not start else None
        part.update(
            mask[start:stop], score[start:stop], image_id=list("abcdefgh")[start:stop]
        )
        merged.merge(part)
    np.testing.assert_equal(breakdowns(merged), breakdowns(whole))
