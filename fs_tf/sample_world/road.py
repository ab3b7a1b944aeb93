"""The course and the cross-section of a street."""

import dataclasses

import numpy as np

CURB = 0.12  # metres that the sidewalk lies above the road
END = 130.0  # metres; what is farther is hidden by the backdrop


@dataclasses.dataclass(frozen=True)
class Strip:
    """What lies behind the sidewalk of one side, over a stretch of the street.

    Attributes:
      side: -1 left, 1 right.
      start, end: metres along the street.
      kind: "building", "fence", "wall", "park" or "crossing".
    """

    side: int
    start: float
    end: float
    kind: str

    @property
    def is_green(self) -> bool:
        """Whether vegetation stands there instead of houses."""
        return self.kind in ("fence", "wall", "park")


@dataclasses.dataclass(frozen=True)
class Road:
    """A gently curved street; the camera stands at lateral 0, distance 0.

    Lateral positions are metres to the right of the camera's track.

    Attributes:
      curvature: 1 / metres, positive bends to the right.
      left, right: lateral positions of the curbs.
      lane_line: lateral position of the line between the directions.
      left_walk, right_walk: widths of the sidewalks, verges included.
      left_verge, right_verge: widths of the grass between curb and sidewalk, or 0.
      parking: whether the outer 2.2 m of each side are for parked cars.
      rails: whether tram rails lie in the oncoming lane.
      crossing: start and end of a crossing street, or None.
      strips: what lies behind the sidewalks.
    """

    curvature: float
    left: float
    right: float
    lane_line: float
    left_walk: float
    right_walk: float
    left_verge: float
    right_verge: float
    parking: bool
    rails: bool
    crossing: tuple[float, float] | None
    strips: tuple[Strip, ...]

    def centre(self, distance):
        """Returns the world X of lateral 0 at a distance along Z."""
        return self.curvature * distance**2 / 2

    def point(self, lateral: float, distance: float, height: float = 0.0) -> np.ndarray:
        """Returns the world position, float64 [3]."""
        return np.array([lateral + self.centre(distance), height, distance])

    def forward(self, distance: float) -> np.ndarray:
        """Returns the horizontal unit vector along the street."""
        slope = self.curvature * distance
        return np.array([slope, 0.0, 1.0]) / np.hypot(slope, 1)

    def edge(self, side: int) -> float:
        """Returns the lateral position of the curb of one side."""
        return self.right if side > 0 else self.left

    def verge(self, side: int) -> float:
        """Returns the width of the grass along the curb of one side."""
        return self.right_verge if side > 0 else self.left_verge

    def frontage(self, side: int) -> float:
        """Returns the lateral position where the sidewalk of one side ends."""
        if side > 0:
            return self.right + self.right_walk
        return self.left - self.left_walk


def draw_road(rng: np.random.Generator, crossing_chance: float = 0.45) -> Road:
    """Returns a random street."""
    parking = bool(rng.random() < 0.4)
    rails = bool(rng.random() < 0.35)
    margin = 2.3 if parking else 0.3
    oncoming = rng.uniform(3.0, 3.6) * (2 if rng.random() < 0.25 else 1)
    lane_line = -rng.uniform(1.5, 1.9)
    crossing = None
    if rng.random() < crossing_chance:
        start = rng.uniform(22, 45)
        crossing = (start, start + rng.uniform(8, 12))
    verges = [float(rng.choice([0, 0, 1.6, 2.4])) for _ in range(2)]
    return Road(
        curvature=float(rng.normal(0, 0.0008)),
        left=lane_line - oncoming - margin,
        right=rng.uniform(1.6, 2.1) + margin,
        lane_line=lane_line,
        left_walk=rng.uniform(2.6, 5.4) + verges[0],
        right_walk=rng.uniform(2.6, 5.4) + verges[1],
        left_verge=verges[0],
        right_verge=verges[1],
        parking=parking,
        rails=rails,
        crossing=crossing,
        strips=_draw_strips(rng, -1, crossing) + _draw_strips(rng, 1, crossing),
    )


def _draw_strips(rng, side, crossing) -> tuple[Strip, ...]:
    """Returns stretches that fill one side, with a gap at the crossing."""
    weights = {"building": 0.46, "fence": 0.2, "wall": 0.18, "park": 0.16}
    strips = []
    position = -6.0
    while position < END:
        end = position + rng.uniform(10, 22)
        kind = str(rng.choice(list(weights), p=list(weights.values())))
        if crossing and position < crossing[0] <= end:
            kind = kind if crossing[0] - position > 6 else "park"
            strips.append(Strip(side, position, crossing[0], kind))
            strips.append(Strip(side, *crossing, "crossing"))
            position = crossing[1]
            continue
        strips.append(Strip(side, position, end, kind))
        position = end
    return tuple(strips)
