"""Submissions: SavedModels `image -> anomaly_score`, ours and strangers' alike."""

from fs_tf.submission.export import export
from fs_tf.submission.saved_model import Submission, existing_folder

__all__ = ["Submission", "existing_folder", "export"]
