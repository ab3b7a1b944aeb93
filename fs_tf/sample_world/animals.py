"""Animals from the side, built of ovals and limbs."""

import dataclasses

import numpy as np

from fs_tf.sample_world import coats
from fs_tf.sample_world.sketch import Sketch


@dataclasses.dataclass(frozen=True)
class Species:
    """Proportions of a four-legged animal; lengths relative to its trunk.

    Attributes:
      legs: length of the legs.
      depth: thickness of the trunk.
      neck: length and steepness (degrees) of the neck.
      head: half length of the skull; muzzle: length in front of it.
      ear: "point", "flop", "round" or "horn".
      tail: "long", "tuft", "stub" or "bush".
      coats: (kind of pattern, base colour, colour of the marks).
    """

    legs: float
    depth: float
    neck: tuple[float, float]
    head: float
    muzzle: float
    ear: str
    tail: str
    coats: tuple[tuple[str, tuple[int, int, int], tuple[int, int, int]], ...]


WHITE, CREAM, BLACK = (232, 228, 218), (226, 204, 160), (34, 30, 30)
BROWN, GINGER, GREY = (122, 78, 46), (214, 128, 50), (140, 138, 140)
SPECIES = {
    "cat": Species(
        0.42, 0.36, (0.16, 50), 0.17, 0.06, "point", "long",
        (("stripes", GINGER, (150, 70, 22)), ("plain", BLACK, BLACK),
         ("patches", WHITE, GINGER), ("stripes", GREY, (66, 62, 64))),
    ),
    "dog": Species(
        0.52, 0.36, (0.26, 55), 0.16, 0.16, "flop", "long",
        (("patches", WHITE, BROWN), ("spots", WHITE, BLACK),
         ("plain", CREAM, CREAM), ("patches", GINGER, BLACK)),
    ),
    "horse": Species(
        0.78, 0.40, (0.52, 52), 0.15, 0.26, "point", "bush",
        (("plain", BROWN, BROWN), ("patches", WHITE, BROWN),
         ("plain", (188, 128, 68), BROWN), ("spots", WHITE, GREY)),
    ),
    "cow": Species(
        0.46, 0.48, (0.30, 22), 0.16, 0.18, "horn", "tuft",
        (("patches", WHITE, BLACK), ("patches", WHITE, (150, 66, 34)),
         ("plain", (172, 96, 52), BROWN)),
    ),
    "sheep": Species(
        0.32, 0.52, (0.20, 30), 0.13, 0.12, "flop", "stub",
        (("plain", WHITE, WHITE), ("plain", CREAM, CREAM)),
    ),
    "zebra": Species(
        0.66, 0.42, (0.46, 52), 0.15, 0.22, "point", "tuft",
        (("stripes", WHITE, BLACK),),
    ),
    "tiger": Species(
        0.46, 0.38, (0.22, 28), 0.19, 0.12, "round", "long",
        (("stripes", (226, 134, 44), BLACK),),
    ),
    "leopard": Species(
        0.46, 0.34, (0.22, 28), 0.17, 0.10, "round", "long",
        (("spots", (222, 176, 96), (52, 38, 28)),),
    ),
}  # fmt: skip


def quadruped(name: str, rng: np.random.Generator, pixels: int) -> np.ndarray:
    """Returns a four-legged animal looking right, RGBA.

    Args:
      name: a key of `SPECIES`.
      rng: of coat, pose and proportions.
      pixels: per length of the trunk.
    """
    species = SPECIES[name]
    kind, base, marks = species.coats[rng.integers(len(species.coats))]
    base = np.array(base) + rng.normal(0, 8, 3)
    seed = int(rng.integers(2**31))
    neck, steepness = species.neck
    rise = (neck + species.head) * np.sin(np.deg2rad(steepness))
    reach = (neck + species.head) * np.cos(np.deg2rad(steepness)) + species.muzzle
    width, height = 1.45 + reach, species.legs + species.depth + rise + 0.3
    sketch = Sketch(width, height, pixels)
    back = species.legs + species.depth
    pose = rng.uniform(-0.12, 0.12, 4)
    _tail(sketch, species, back, base, rng)
    for x, swing in zip((0.42, 1.12), pose[:2], strict=True):
        _leg(sketch, x + 0.1, swing, species, base * 0.7)
    trunk = species.legs + species.depth / 2
    sketch.ellipse(0.78, trunk, 0.52, species.depth / 2, base)
    sketch.ellipse(0.45, trunk + 0.03, 0.24, species.depth * 0.5, base)
    sketch.ellipse(1.12, trunk + 0.02, 0.25, species.depth * 0.53, base)
    head = _neck(sketch, species, back, base)
    if name == "sheep":
        _fleece(sketch, trunk, species.depth, base, rng)
    _head(sketch, species, head, base)
    for x, swing in zip((0.36, 1.08), pose[2:], strict=True):
        _leg(sketch, x, swing, species, base)
    coats.pattern(sketch, kind, marks, seed)
    if name in ("horse", "zebra"):
        _mane(sketch, species, back, head)
    coats.relief(sketch, seed + 1)
    _face(sketch, species, head)
    return sketch.pixels


def _leg(sketch, x, swing, species, color) -> None:
    length, thick = species.legs + species.depth * 0.35, 0.2 * species.depth + 0.03
    knee = (x + swing * 0.3 + 0.02, length * 0.48)
    foot = (x + swing, 0.02)
    sketch.line([(x, length), knee], thick * 1.25, color)
    sketch.line([knee, foot], thick * 0.72, color)
    hoof = np.array(color) * 0.45
    sketch.ellipse(foot[0] + 0.02, 0.035, thick * 0.62, 0.035, hoof)


def _neck(sketch, species, back, color) -> np.ndarray:
    length, steepness = species.neck
    slope = np.array([np.cos(np.deg2rad(steepness)), np.sin(np.deg2rad(steepness))])
    start = np.array([1.18, back - species.depth * 0.28])
    end = start + slope * (length + species.depth * 0.25)
    side = np.array([-slope[1], slope[0]])
    wide, narrow = species.depth * 0.34, species.head * 0.72
    outline = [start + side * wide, end + side * narrow]
    outline += [end - side * narrow, start - side * wide]
    sketch.polygon(outline, color)
    return end + slope * species.head * 0.3


def _head(sketch, species, head, color) -> None:
    x, y = head
    size = species.head
    snout = np.array(color) * 0.9
    middle = (x + size * 0.7 + species.muzzle * 0.4, y - size * 0.35)
    long = size * 0.5 + species.muzzle * 0.5
    sketch.ellipse(*middle, long, size * 0.5, snout, -18)
    sketch.ellipse(x, y, size, size * 0.86, color)
    dark = np.array(color) * 0.72
    for shift in (-0.5, 0.15):
        left, top = x + shift * size, y + size * 0.6
        if species.ear == "point":
            tip = (left + size * 0.2, top + size * 0.85)
            sketch.polygon([(left, top), tip, (left + size * 0.55, top)], dark)
        elif species.ear == "round":
            sketch.ellipse(
                left + size * 0.2, top + size * 0.2, size * 0.32, size * 0.32, dark
            )
        elif species.ear == "flop":
            sketch.ellipse(left, y + size * 0.1, size * 0.28, size * 0.72, dark, -12)
        else:
            sketch.ellipse(
                left - 0.1 * size, y + size * 0.55, size * 0.5, size * 0.2, dark, 20
            )
            horn = [(left + 0.2 * size, top), (left + 0.7 * size, top + 0.5 * size)]
            sketch.line(
                [*horn, (left + 0.6 * size, top + 0.9 * size)], size * 0.2, CREAM
            )


def _face(sketch, species, head) -> None:
    x, y = head
    size = species.head
    eye = (x + size * 0.36, y + size * 0.2)
    sketch.ellipse(*eye, size * 0.17, size * 0.15, (238, 214, 120))
    sketch.ellipse(*eye, size * 0.09, size * 0.13, (16, 14, 14))
    tip = x + size * 1.15 + species.muzzle * 0.8
    sketch.ellipse(tip, y - size * 0.4, size * 0.17, size * 0.14, (40, 28, 30))


def _tail(sketch, species, back, color, rng) -> None:
    root = np.array([0.26, back - 0.1])
    if species.tail == "long":
        lift = rng.uniform(-0.1, 0.3)
        bend = [root, root + [-0.16, 0.02 + lift * 0.3], root + [-0.24, lift]]
        sketch.line(bend, 0.07, color)
    elif species.tail == "stub":
        sketch.ellipse(*(root + [-0.04, 0]), 0.08, 0.07, color)
    else:
        end = root + [-0.14, -0.5 * back]
        sketch.line([root, root + [-0.1, -0.1], end], 0.035, color)
        wide = 0.1 if species.tail == "bush" else 0.045
        long = 0.3 if species.tail == "bush" else 0.1
        sketch.ellipse(*(end + [0, long * 0.4]), wide, long, np.array(color) * 0.4, -8)


def _mane(sketch, species, back, head) -> None:
    start = np.array([1.12, back - 0.02])
    for share in np.linspace(0, 1, 14):
        x, y = start + share * (
            head - start + [-species.head * 0.7, species.head * 0.7]
        )
        sketch.ellipse(x, y, 0.05, 0.085, (44, 32, 28), 25)


def _fleece(sketch, trunk, depth, color, rng) -> None:
    for _ in range(70):
        angle, radius = rng.uniform(0, 2 * np.pi), np.sqrt(rng.uniform(0, 1))
        x = 0.78 + 0.62 * radius * np.cos(angle)
        y = trunk + 0.54 * depth * radius * np.sin(angle)
        curl = np.array(color) * rng.uniform(0.82, 1.06)
        sketch.ellipse(x, y, 0.085, 0.075, curl)


def bird(rng: np.random.Generator, pixels: int) -> np.ndarray:
    """Returns a standing bird looking right, RGBA."""
    plumage = ((198, 52, 40), (48, 112, 196), (236, 190, 52), (232, 230, 224))
    color = np.array(plumage[rng.integers(len(plumage))]) + rng.normal(0, 8, 3)
    sketch = Sketch(1.5, 1.3, pixels)
    for x in (0.72, 0.84):
        sketch.line([(x, 0.5), (x + 0.03, 0.03)], 0.035, (196, 130, 50))
        sketch.line([(x - 0.04, 0.03), (x + 0.14, 0.03)], 0.03, (196, 130, 50))
    tail = [(0.45, 0.72), (0.0, 0.52), (0.04, 0.42), (0.5, 0.5)]
    sketch.polygon(tail, color * 0.6)
    sketch.ellipse(0.75, 0.68, 0.42, 0.26, color, 18)
    sketch.ellipse(0.9, 0.58, 0.26, 0.18, np.clip(color * 0.5 + 110, 0, 245), 10)
    sketch.ellipse(1.08, 0.98, 0.19, 0.18, color)
    wing = [(0.95, 0.8), (0.6, 0.82), (0.2, 0.55), (0.55, 0.5), (0.85, 0.56)]
    sketch.polygon(wing, color * 0.62)
    for share in np.linspace(0.1, 0.9, 5):
        feather = [(0.9 - 0.5 * share, 0.78), (0.62 - 0.4 * share, 0.55)]
        sketch.line(feather, 0.02, color * 0.4)
    coats.relief(sketch, int(rng.integers(2**31)))
    beak = [(1.24, 1.02), (1.45, 0.95), (1.24, 0.91)]
    sketch.polygon(beak, (238, 170, 40))
    sketch.ellipse(1.13, 1.02, 0.04, 0.04, (12, 12, 12))
    return sketch.pixels
