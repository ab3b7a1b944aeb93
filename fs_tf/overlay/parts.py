"""Finished examples on disk, so that a killed generation continues where it stopped."""

import hashlib
import json
import os
import pathlib

from fs_tf import digests
from fs_tf.overlay.generation import Factory, Made
from fs_tf.overlay.release import Example

# What the pixels of an example follow from, relative to fs_tf.
CODE = ("labels.py", "overlay/sources", "overlay/recipes") + tuple(
    f"overlay/{name}.py"
    for name in (
        *("alpha", "blur", "categories", "color", "controls", "depth", "drawing"),
        *("fog", "generation", "glow", "opening", "placement", "recipe", "release"),
        *("scene", "seeds"),
    )
)
_HEADER_BYTES = 8


def make_part(factory: Factory, example: Example, folder: str | None) -> Made:
    """Reads an example made before, else makes and keeps it.

    Args:
      factory: makes the example.
      example: which.
      folder: where finished examples are kept; None keeps none.
    """
    if folder is None:
        return factory.make(example)
    path = pathlib.Path(folder) / f"{example.split}-{example.image_id}.part"
    if path.is_file():
        return _read(path)
    made = factory.make(example)
    _write(path, made)
    return made


def _write(path: pathlib.Path, made: Made) -> None:
    header = json.dumps(
        {
            "image": len(made.image),
            "pixels": made.pixels,
            "codes": made.codes,
            "provenance": made.provenance,
            "skipped": made.skipped,
        }
    ).encode()
    # Renamed when complete: a part is whole or not there.
    unfinished = path.with_suffix(f".{os.getpid()}")
    with open(unfinished, "wb") as file:
        file.write(len(header).to_bytes(_HEADER_BYTES, "big") + header)
        file.write(made.image + made.mask)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)


def _read(path: pathlib.Path) -> Made:
    data = path.read_bytes()
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
        )
    )
    return hashlib.sha256(secret + content.encode()).hexdigest()[:16]
