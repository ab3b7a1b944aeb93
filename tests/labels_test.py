"""The Cityscapes tables."""

import numpy as np
import pytest

from fs_tf import labels


def test_train_ids_of_known_labels():
    ids = np.array([[7, 8, 26, 33], [0, 1, 29, 255]], np.uint8)
    # road, sidewalk, car, bicycle; unlabeled, ego vehicle, caravan, license plate
    expected = [[0, 1, 13, 18], [255, 255, 255, 255]]
    np.testing.assert_array_equal(labels.train_ids(ids), expected)


def test_all_train_classes_have_a_label_and_a_color():
    assert labels.NUM_CLASSES == 19
    label_ids = np.array([c.label_id for c in labels.TRAIN_CLASSES], np.uint8)
    np.testing.assert_array_equal(labels.train_ids(label_ids), np.arange(19))
    colors = labels.colors(np.array(labels.KNOWN_TRAIN_IDS))
    assert tuple(colors[13]) == (0, 0, 142) and not colors[19].any()
    assert len({tuple(color) for color in colors}) == 20


def test_exactly_19_of_256_label_ids_are_evaluated():
    assert (labels.LABEL_ID_TO_TRAIN_ID != labels.VOID).sum() == 19


@pytest.mark.parametrize("code", [34, 75, 254])
def test_unknown_label_ids(code):
    ids = np.array([[7, code], [33, 255]], np.uint8)
    match = rf"`label_ids` must hold only 0\.\.33 or 255; got {code}\."
    with pytest.raises(ValueError, match=match):
        labels.train_ids(ids)


@pytest.mark.parametrize("code", [-1, 19, 254])
def test_unknown_train_ids(code):
    with pytest.raises(ValueError, match=f"train ids 0..18 or 255; got {code}"):
        labels.colors(np.array([0, code, 18]))


def test_unknown_codes_are_named_once_and_sorted():
    codes = np.array([[9, 3, 9], [1, 0, 7]], np.uint8)
    assert labels.unknown(codes, (0, 1, 3)) == [7, 9]
    assert labels.unknown(codes, range(10)) == []
