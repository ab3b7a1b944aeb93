"""Binaries of the benchmark; run each with `python -m experiments.NAME --help`."""
