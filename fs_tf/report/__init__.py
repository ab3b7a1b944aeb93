"""Leaderboard, curves and qualitative figures, from result files; no TensorFlow."""
