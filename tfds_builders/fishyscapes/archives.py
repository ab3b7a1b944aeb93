"""The published files: where they came from, how to recognize and find them."""

import dataclasses
import pathlib
from collections.abc import Callable

from fs_tf import errors
from fs_tf.overlay.sources.official import check_hash
from fs_tf.tables import by_name, lookup

_ETH = "http://robotics.ethz.ch/~asl-datasets/Fishyscapes"
_LAF = "http://wwwlehre.dhbw-stuttgart.de/~sgehrig/lostAndFoundDataset"


@dataclasses.dataclass(frozen=True)
class Archive:
    """One published zip.

    Attributes:
      name: of the file.
      url: where it was published; these servers are going away.
      sha256: of the file.
    """

    name: str
    url: str
    sha256: str


ARCHIVES = by_name(
    Archive(name, f"{server}/{name}", sha256)
    for server, name, sha256 in (
        (
            _ETH,
            "fishyscapes_lostandfound.zip",
            "f0078e89f0a147060a0864feb90e8b523313a2723b1b764bce638dc425473094",
        ),
        (
            _ETH,
            "fs_val_v1.zip",
            "47060202a0eb0af1273046a679956661dc47ff1479253bfc0bcbb7a980831211",
        ),
        (
            _ETH,
            "fs_val_v2.zip",
            "bb11f288ae0347c42da09b9ea1a40d8df967a5091e4193b6f7014cbd97564d16",
        ),
        (
            _ETH,
            "fs_val_v3.zip",
            "3813994ccb73645d28aa53946646a03d859dbeb9a2d31ad7233e45db00878b8f",
        ),
        (
            _LAF,
            "leftImg8bit.zip",
            "307f66002023ab597d309963b94990f5b9a8e5735ee729c3292647a66e9f2b18",
        ),
        (
            _LAF,
            "gtCoarse.zip",
            "53b6d3ab000f08b1fb59d70c1398eecc4d82a7baf4e9cf74fbf60d1858abe9ac",
        ),
    )
)


def find_archive(name: str, folder: pathlib.Path, verify: bool) -> pathlib.Path | None:
    """Returns the unpacked folder of a zip below `folder`, else the zip, or None.

    Args:
      name: in `ARCHIVES`.
      folder: where to look.
      verify: whether to compare the hash of a zip; of a folder there is none.

    Raises:
      ValueError: another hash.
    """
    archive = lookup(ARCHIVES, name, "archive")
    packed, unpacked = folder / name, folder / name.removesuffix(".zip")
    if unpacked.is_dir():
        return unpacked
    if not packed.is_file():
        return None
    if verify:
        check_hash(packed, archive.sha256)
    return packed


def download(
    name: str, folder: pathlib.Path, fetch: Callable[[str, pathlib.Path], None]
) -> None:
    """Downloads a zip and puts it into `folder`.

    Args:
      name: in `ARCHIVES`.
      folder: made where needed.
      fetch: puts the file of a URL into a folder.

    Raises:
      FileNotFoundError: the server does not deliver it.
    """
    archive = lookup(ARCHIVES, name, "archive")
    try:
        fetch(archive.url, folder)
    except Exception as error:  # TFDS, requests or the system, all the same here.
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise errors.NotFound(
            f"'{name}' could not be downloaded from {archive.url} ({reason}); get it "
            f"elsewhere and put it into '{folder}'."
        ) from None
