"""The whole benchmark in one call, from raw data to the leaderboard."""

from fs_tf.benchmark.settings import Settings
from fs_tf.benchmark.stages import run

__all__ = ["Settings", "run"]
