"""Submissions: SavedModels `image -> anomaly_score`, ours and strangers' alike."""

from fs_tf.submission.export import export
from fs_tf.submission.saved_model import Submission

__all__ = ["Submission", "export"]
