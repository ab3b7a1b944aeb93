"""Cityscapes frames with train ids."""
