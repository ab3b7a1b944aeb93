"""The Cityscapes tables."""

import numpy as np

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
    colors = labels.colors(np.arange(20))
    assert tuple(colors[13]) == (0, 0, 142) and not colors[19].any()
    assert len({tuple(color) for color in colors}) == 20


def test_exactly_19_of_256_label_ids_are_evaluated():
    assert (labels.LABEL_ID_TO_TRAIN_ID != labels.VOID).sum() == 19
