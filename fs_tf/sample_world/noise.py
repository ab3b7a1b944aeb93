"""Smooth random textures."""

import cv2
import numpy as np


def fractal_noise(
    shape: tuple[int, int], cells: float, seed: int, octaves: int = 4
) -> np.ndarray:
    """Returns smooth noise, a sum of octaves that halve in size and amplitude.

    Args:
      shape: rows and columns.
      cells: random cells along the longer side in the first octave.
      seed: the same seed gives the same noise, only sampled at another `shape`.

    Returns:
      float32 [rows, columns], roughly within [-1, 1], mean near 0.
    """
    rows, columns = shape
    longest = max(rows, columns)
    rng = np.random.default_rng(seed)
    total = np.zeros(shape, np.float32)
    amplitude = 1.0
    for octave in range(octaves):
        wanted = cells * 2**octave
        grid_rows = max(2, round(wanted * rows / longest) + 1)
        grid_columns = max(2, round(wanted * columns / longest) + 1)
        grid = rng.uniform(-1, 1, (grid_rows, grid_columns)).astype(np.float32)
        if grid_rows > 2 * rows or grid_columns > 2 * columns:
            break
        total += amplitude * cv2.resize(
            grid, (columns, rows), interpolation=cv2.INTER_CUBIC
        )
        amplitude *= 0.5
    return total


def speckle(shape: tuple[int, int], seed: int) -> np.ndarray:
    """Returns independent normal noise per pixel, float32 [rows, columns]."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal(shape, dtype=np.float32)


def tile(seed: int, size: int = 256, falloff: float = 1.0) -> np.ndarray:
    """Returns noise that repeats without a seam, float32 [size, size], deviation 1.

    The spectrum falls as frequency ** -falloff; 1 suits asphalt, grass and plaster,
    more is smoother.
    """
    rng = np.random.default_rng(seed)
    spectrum = np.fft.rfft2(rng.standard_normal((size, size)))
    rows = np.fft.fftfreq(size)[:, None]
    columns = np.fft.rfftfreq(size)[None, :]
    frequency = np.hypot(rows, columns)
    frequency[0, 0] = np.inf
    field = np.fft.irfft2(spectrum / frequency**falloff, s=(size, size))
    return (field / field.std()).astype(np.float32)
