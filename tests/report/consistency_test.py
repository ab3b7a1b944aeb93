"""What may not stand in one table, and what is only told."""

import logging

import pytest

from fs_tf import errors
from fs_tf.report import consistency


def test_a_result_that_does_not_say_of_which_images_it_is_refused(make_result):
    found = [make_result("a"), make_result("b", provenance={"fs_tf": "0.1.0"})]
    match = "^'b' does not say of which images .*`dataset_sha256`.*evaluate it again"
    with pytest.raises(errors.BadValue, match=match):
        consistency.require_same_images(found, ["'a'", "'b'"])


def test_other_images_on_other_datasets_are_fine(make_result, make_segmentation):
    found = [make_result("a", provenance={"dataset_sha256": "1"}), make_segmentation()]
    assert consistency.require_same_images(found, ["'a'", "'b'"]) is None


@pytest.mark.parametrize("key", ["code_sha256", "tensorflow"])
def test_several_versions_are_told(make_result, caplog, key):
    found = [make_result(name, provenance={key: name}) for name in ("2.1", "2.2")]
    with caplog.at_level(logging.WARNING):
        consistency.warn_of_versions(found)
    [record] = caplog.records
    assert f"differ in `{key}` (2.1, 2.2)" in record.getMessage()


def test_one_version_is_not_told(make_result, caplog):
    found = [make_result(n, provenance={"tensorflow": "2.1"}) for n in "ab"]
    with caplog.at_level(logging.WARNING):
        consistency.warn_of_versions(found)
    assert not caplog.records
