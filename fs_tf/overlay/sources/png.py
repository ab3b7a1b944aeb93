"""The chunks of PNG files: whether all are there and sound, and what they say."""

import struct
import zlib
from collections.abc import Iterator

from fs_tf.overlay.sources.storage import Storage

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Color type of the header: name, and whether every pixel has an alpha value.
_COLORS = {
    0: ("grey", False),
    2: ("RGB", False),
    3: ("palette", False),
    4: ("grey", True),
    6: ("RGB", True),
}
# Animation and rotation: some programs heed them, others do not.
_HEEDED_BY_SOME = {b"acTL", b"eXIf"}


def storage(data: bytes) -> Storage | None:
    """Returns how a PNG stores its pixels; None for a cut, damaged or odd file.

    Whether the compressed pixels themselves are whole is for the decoder to say.

    Args:
      data: the file; bytes behind its end are allowed.
    """
    chunks = dict(_chunks(data))
    header = chunks.get(b"IHDR", b"")
    if b"IEND" not in chunks or len(header) != 13 or header[9] not in _COLORS:
        return None
    colors, has_alpha = _COLORS[header[9]]
    return Storage(
        kind="PNG",
        bits=header[8],
        colors=colors,
        has_alpha=has_alpha or b"tRNS" in chunks,
        is_plain=_HEEDED_BY_SOME.isdisjoint(chunks),
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Yields name and content of every chunk up to the end or the first unsound one."""
    view = memoryview(data)
    name, position = b"", len(SIGNATURE)
    while name != b"IEND" and position + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, position)
        start, end = position + 8, position + 8 + length
        if end + 4 > len(data):
            return
        (checksum,) = struct.unpack_from(">I", data, end)
        if zlib.crc32(view[start - 4 : end]) != checksum:
            return
        name, position = data[start - 4 : start], end + 4
        yield name, view[start:end]
