"""The segments of JPEG files: whether all are there, and what they say."""

import re
from collections.abc import Iterator

from fs_tf.overlay.sources.storage import Storage

SIGNATURE = b"\xff\xd8"
# In compressed pixels 255 is followed by 0 or by a restart mark. Any other code begins
# a segment; 255 may be repeated before it.
_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")
_END = 0xD9
_WITHOUT_CONTENT = {0x01, 0xD8, _END}
# Start of frame, one code for each process of coding; three others lie between them.
_FRAME = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_COLORS = {1: "grey", 3: "RGB", 4: "CMYK"}


def storage(data: bytes) -> Storage | None:
    """Returns how a JPEG stores its pixels; None for a cut or odd file.

    Args:
      data: the file; bytes behind its end are allowed, as cameras leave them.
    """
    segments = dict(_segments(data))
    header = next((segments[code] for code in _FRAME if code in segments), b"")
    if _END not in segments or len(header) < 6 or header[5] not in _COLORS:
        return None
    return Storage(kind="JPEG", bits=header[0], colors=_COLORS[header[5]])


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yields code and content of every segment up to the end or where data stops."""
    code, position = 0, len(SIGNATURE)
    while code != _END and (found := _MARKER.search(data, position)):
        code, position = found[1][0], found.end()
        if code in _WITHOUT_CONTENT:
            yield code, b""
            continue
        length = int.from_bytes(data[position : position + 2], "big")
        yield code, data[position + 2 : position + length]
        position += length
