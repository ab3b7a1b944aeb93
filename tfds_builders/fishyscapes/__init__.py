"""The Fishyscapes datasets: published and generated."""
