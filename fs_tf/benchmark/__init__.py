"""The whole benchmark in one call, from raw data to the leaderboard."""

from fs_tf.benchmark.run import run
from fs_tf.benchmark.settings import Settings

__all__ = ["Settings", "run"]
