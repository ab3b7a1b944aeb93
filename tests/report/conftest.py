"""Results as the evaluator writes them, with values chosen by the tests."""

import numpy as np
import pytest

from fs_tf import results

LOST_AND_FOUND = "fishyscapes/LostAndFound/1.0.0"
STATIC = "fishyscapes/Static/3.0.0"
CITYSCAPES = "cityscapes_frames/256x512/1.0.0"


@pytest.fixture(scope="session")
def make_result():
    """Returns a function (submission, AP, dataset, ...) -> Result with curves."""

    def make(submission="entropy", ap=0.25, dataset=STATIC, **changes):
        recall = np.linspace(0.01, 1, 50)
        metrics = {"AP": ap, "FPR95": 0.4, "AUROC": 0.9}
        fields = {
            "submission": submission,
            "row": {
                "title": submission.capitalize(),
                "score": "score",
                "needs_retraining": False,
                "needs_ood_data": True,
            },
            "dataset": dataset,
            "split": "validation",
            "metrics": {**metrics, **changes.pop("metrics", {})},
            "counts": {"images": 3, "positives": 1000, "negatives": 9000},
            "curves": {
                "recall": recall.tolist(),
                "precision": (1 - 0.9 * recall).tolist(),
                "false_positive_rate": (recall**3).tolist(),
                "true_positive_rate": recall.tolist(),
            },
            "intervals": {"AP": (ap * 0.9, min(ap * 1.1, 1.0))},
            "seconds_per_image": 0.5,
            "provenance": {
                "fs_tf": "0.1.0",
                "submission_sha256": submission,
                "dataset_sha256": "0",
            },
        }
        return results.Result(**{**fields, **changes})

    return make


@pytest.fixture(scope="session")
def make_segmentation():
    """Returns a function (submission, mIoU) -> Result on Cityscapes."""

    def make(submission="entropy", miou=0.803):
        return results.Result(
            submission=submission,
            row={},
            dataset=CITYSCAPES,
            split="validation",
            metrics={"mIoU": miou},
            counts={"images": 3, "pixels": 9},
            curves={},
            intervals={},
            seconds_per_image=0.7,
            provenance={"fs_tf": "0.1.0", "dataset_sha256": "0"},
        )

    return make
