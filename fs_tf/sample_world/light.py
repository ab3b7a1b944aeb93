"""Time of day and weather."""

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class Light:
    """Sun, sky light and haze of one frame.

    Attributes:
      sun: unit vector towards the sun (X right, Y up, Z forward).
      sun_color, sky_color: RGB factors of direct and of scattered light.
      haze_color: RGB 0..255 of the far distance.
      haze_per_metre: share of light lost per metre.
      zenith_color: RGB 0..255 of the sky overhead.
      clouds: share of the sky that clouds cover, 0..1.
    """

    sun: np.ndarray
    sun_color: np.ndarray
    sky_color: np.ndarray
    haze_color: np.ndarray
    haze_per_metre: float
    zenith_color: np.ndarray
    clouds: float

    def shade(self, normal: np.ndarray, brightness: float | None = None) -> np.ndarray:
        """Returns the RGB factor of a surface, float32 [3].

        Args:
          normal: unit vector away from the surface.
          brightness: where given, the share of sun light instead of the direction's.
        """
        share = max(0.0, float(normal @ self.sun)) if brightness is None else brightness
        upward = 0.75 + 0.25 * float(normal[1])
        return (self.sky_color * upward + self.sun_color * share).astype(np.float32)

    @property
    def ground(self) -> np.ndarray:
        """The RGB factor of sunlit ground."""
        return self.shade(np.array([0.0, 1.0, 0.0]))

    @property
    def shadow(self) -> np.ndarray:
        """The RGB factor of ground in shadow."""
        return self.sky_color.astype(np.float32)


def draw_light(rng: np.random.Generator) -> Light:
    """Returns the light of a random moment between morning and evening."""
    cloudy = rng.uniform(0, 1)
    elevation = np.deg2rad(rng.uniform(18, 65))
    azimuth = rng.uniform(-np.pi, np.pi)
    sun = np.array(
        [
            np.cos(elevation) * np.sin(azimuth),
            np.sin(elevation),
            np.cos(elevation) * np.cos(azimuth),
        ]
    )
    low = 1 - np.clip((elevation - 0.3) / 0.5, 0, 1)  # a low sun is warm
    direct = np.clip(1.2 - 1.3 * cloudy, 0.0, 0.9)
    sun_color = direct * np.array([1.0, 0.94 - 0.1 * low, 0.85 - 0.25 * low])
    exposure = rng.uniform(0.95, 1.25)
    sky_color = (0.95 - 0.42 * direct) * np.array([0.95, 1.0, 1.03])
    overcast = np.array([205.0, 212, 214])
    haze = (1 - cloudy) * np.array([196.0, 214, 228]) + cloudy * overcast
    haze = haze + low * (1 - cloudy) * np.array([25.0, 2, -25])
    zenith = (1 - cloudy) * np.array([92.0, 140, 196]) + cloudy * (overcast - 25)
    return Light(
        sun=sun,
        sun_color=exposure * sun_color,
        sky_color=exposure * sky_color,
        haze_color=np.clip(haze * (0.6 + 0.35 * exposure), 0, 255).astype(np.float32),
        haze_per_metre=rng.uniform(0.001, 0.004),
        zenith_color=(zenith * (0.6 + 0.35 * exposure)).astype(np.float32),
        clouds=float(np.clip(cloudy * 1.3, 0, 1)),
    )
