"""Pastes objects into street scenes: scenes, placement, blending stages, recipes.

NumPy and OpenCV only, never TensorFlow, so that worker processes start fast.
"""
