"""Finished examples on disk, so that a killed generation continues where it stopped."""

import hashlib
import json
import pathlib

from fs_tf import digests, files
from fs_tf.overlay.generation import Factory, Made
from fs_tf.overlay.release import Example
from fs_tf.overlay.sources import images

# What the pixels of an example follow from, relative to fs_tf.
CODE = ("labels.py", "overlay/sources", "overlay/recipes") + tuple(
    f"overlay/{name}.py"
    for name in (
        *("alpha", "blur", "categories", "color", "controls", "depth", "drawing"),
        *("fog", "generation", "glow", "opening", "placement", "recipe", "release"),
        *("scene", "seeds"),
    )
)
_CHECKSUM_BYTES = hashlib.sha256().digest_size
_HEADER_BYTES = 8


def make_part(factory: Factory, example: Example, folder: str | None) -> Made:
    """Reads an example made before, else makes and keeps it; a damaged one is made.

    Args:
      factory: makes the example.
      example: which.
      folder: where finished examples are kept; None keeps none.

    Raises:
      FileNotFoundError, ValueError: as `Factory.make`.
      OSError: the system cannot read a source, or read or write the folder.
    """
    if folder is None:
        return factory.make(example)
    path = pathlib.Path(folder) / f"{example.split}-{example.image_id}.part"
    made = _read(path)
    if made is None:
        made = factory.make(example)
        files.write_bytes(path, _encoded(made))
    return made


def _encoded(made: Made) -> bytes:
    header = {
        "image": len(made.image),
        "pixels": made.pixels,
        "codes": made.codes,
        "provenance": made.provenance,
        "skipped": made.skipped,
    }
    text = json.dumps(header).encode()
    content = len(text).to_bytes(_HEADER_BYTES, "big") + text + made.image + made.mask
    return hashlib.sha256(content).digest() + content


def _read(path: pathlib.Path) -> Made | None:
    """Returns what a part holds, or None for a part that is missing or damaged."""
    try:
        data = files.read_bytes(path)
    except FileNotFoundError:
        return None
    checksum, data = data[:_CHECKSUM_BYTES], data[_CHECKSUM_BYTES:]
    if hashlib.sha256(data).digest() != checksum:
        return None
    start = _HEADER_BYTES + int.from_bytes(data[:_HEADER_BYTES], "big")
    header = json.loads(data[_HEADER_BYTES:start])
    middle = start + header["image"]
    return Made(
        image=data[start:middle],
        mask=data[middle:],
        pixels=header["pixels"],
        codes=tuple(header["codes"]),
        provenance=header["provenance"],
        skipped=tuple(header["skipped"]),
    )


def parts_key(factory: Factory, examples: list[Example]) -> str:
    """Returns a name for everything the examples follow from: inputs, seeds, code.

    Parts of another key must not be used. The key ends up in a folder name while the
    generation runs; seeds enter through a slow hash, as a guess at them would cost
    the same with any finished image.
    """
    seeds = json.dumps(sorted(factory.settings.seeds.items())).encode()
    secret = hashlib.scrypt(seeds, salt=b"parts", n=2**14, r=8, p=1)
    content = repr(
        (
            factory.recipe,
            factory.cityscapes.digest(factory.frame_splits),
            factory.source.digest(),
            factory.settings.image_size,
            factory.settings.control_probability,
            sorted(factory.objects.items()),
            [(e.split, e.image_id, e.frame.frame_id) for e in examples],
            digests.of_code(*CODE),
            images.versions(),
        )
    )
    return hashlib.sha256(secret + content.encode()).hexdigest()[:16]
