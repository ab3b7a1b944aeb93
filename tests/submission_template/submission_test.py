"""The template as it is copied gives a submission that the evaluator takes."""

import subprocess
import sys

import numpy as np

from fs_tf.submission import Submission


def test_template_writes_a_valid_submission(repository, tmp_path):
    script = repository / "submission_template" / "submission.py"
    subprocess.run(
        [sys.executable, script, f"--output={tmp_path / 'mine'}"],
        check=True,
        cwd=tmp_path,
        capture_output=True,
    )
    submission = Submission.load(tmp_path / "mine")
    assert submission.row["title"] == "Colour distance"
    image = np.zeros((6, 8, 3), np.uint8)
    image[2, 3] = 255
    score = submission.anomaly_score(image)
    assert score.shape == (6, 8)
    assert np.unravel_index(score.argmax(), score.shape) == (2, 3)
