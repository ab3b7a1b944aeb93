"""Image files of many kinds: PNGs written chunk by chunk, and JPEGs by Pillow."""

import dataclasses
import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms

SIZE = (9, 13)
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
COLORS = {0: "grey", 2: "rgb", 3: "palette", 4: "grey-alpha", 6: "rgba"}
BITS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
# The passes of an interlaced PNG: first row and column, steps of both.
ADAM7 = (
    *((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4)),
    *((2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)),
)
TURNED = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"


@dataclasses.dataclass(frozen=True)
class ImageFile:
    """A file and what it was made of.

    Attributes:
      data: the file.
      color: PNG color type, or the mode of a JPEG.
      bits: per channel or index.
      has_trns: whether one colour is declared transparent.
      samples: what a PNG stores, [H, W, channels].
    """

    data: bytes
    color: int | str
    bits: int = 8
    has_trns: bool = False
    samples: np.ndarray | None = None


def chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return (
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)
    )


def scanlines(samples: np.ndarray, bits: int) -> bytes:
    """The rows as PNG stores them, unfiltered."""
    lines = []
    for row in samples.reshape(len(samples), -1):
        if bits == 16:
            lines.append(row.astype(">u2").tobytes())
        else:
            planes = row.astype(np.uint8)[:, np.newaxis] >> np.arange(bits)[::-1]
            lines.append(np.packbits(planes & 1).tobytes())
    return b"".join(b"\0" + line for line in lines)


def png(samples, color, bits=8, interlaced=False, chunks=()) -> bytes:
    """A PNG of [H, W, channels]; `chunks` come before the pixels."""
    height, width, _ = samples.shape
    passes = ADAM7 if interlaced else ((0, 0, 1, 1),)
    parts = [samples[top::down, left::right] for top, left, down, right in passes]
    pixels = b"".join(scanlines(part, bits) for part in parts if part.size)
    header = (width, height, bits, color, 0, 0, interlaced)
    return assembled(header, zlib.compress(pixels), chunks)


def assembled(header: tuple, compressed: bytes, chunks=()) -> bytes:
    """A PNG of a header, its compressed pixels, and chunks before these."""
    first = (b"IHDR", struct.pack(">IIBBBBB", *header))
    chunks = (first, *chunks, (b"IDAT", compressed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks)


def png_files() -> dict[str, ImageFile]:
    """Every color type and depth, interlaced or not, with transparency where it can."""
    rng = np.random.default_rng(0)
    palette = rng.integers(0, 256, (256, 3), np.uint8)
    trns = {0: b"\0\1", 2: b"\0\1\0\2\0\3", 3: b"\0\x80"}
    found = {}
    for color, depths in BITS.items():
        for bits in depths:
            for interlaced in (False, True):
                for has_trns in (False, True)[: 1 + (color in trns)]:
                    samples = rng.integers(0, 1 << bits, (*SIZE, CHANNELS[color]))
                    needed = [(b"PLTE", palette[: 1 << bits].tobytes())] * (color == 3)
                    needed += [(b"tRNS", trns.get(color))] * has_trns
                    data = png(samples, color, bits, interlaced, needed)
                    name = f"{COLORS[color]}{bits}" + "-adam7" * interlaced
                    name += "-trns" * has_trns
                    found[name] = ImageFile(data, color, bits, has_trns, samples)
    return found


def decorated_files() -> dict[str, ImageFile]:
    """8-bit PNGs with chunks that some programs heed, and bytes behind the end."""
    rng = np.random.default_rng(1)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    decorations = {
        "gama": (b"gAMA", struct.pack(">I", 100000)),
        "srgb": (b"sRGB", b"\0"),
        "iccp": (b"iCCP", b"x\0\0" + zlib.compress(profile)),
        "sbit": (b"sBIT", None),
        "time": (b"tIME", b"\x07\xd0\1\1\1\1\1"),
        "text": (b"tEXt", b"a\0b"),
        "exif": (b"eXIf", TURNED),
    }
    found = {}
    for color in (0, 2, 6):
        samples = rng.integers(0, 256, (*SIZE, CHANNELS[color]))
        for key, (name, content) in decorations.items():
            chunks = [(name, content or b"\5" * CHANNELS[color])]
            data = png(samples, color, chunks=chunks)
            found[f"{COLORS[color]}8-{key}"] = ImageFile(data, color, samples=samples)
        plain = png(samples, color)
        others = {"trailing": plain + b"\0" * 99, "animated": animated(plain)}
        for key, data in others.items():
            found[f"{COLORS[color]}8-{key}"] = ImageFile(data, color, samples=samples)
    return found


def animated(data: bytes) -> bytes:
    """The PNG with a second, black frame, which some programs show."""
    height, width = SIZE
    header, pixels = data[:33], data[33:-12]
    black = zlib.compress(bytes(height * (1 + 4 * width)))

    def control(number):
        values = (number, width, height, 0, 0, 1, 10, 0, 0)
        return chunk(b"fcTL", struct.pack(">IIIIIHHBB", *values))

    first = chunk(b"acTL", struct.pack(">II", 2, 0)) + control(0)
    second = control(1) + chunk(b"fdAT", struct.pack(">I", 2) + black)
    return header + first + pixels + second + data[-12:]


def jpeg(mode="RGB", size=(61, 83), **options) -> bytes:
    rng = np.random.default_rng(2)
    small = Image.fromarray(rng.integers(0, 256, (8, 12, 3), np.uint8))
    image = small.resize(size[::-1], Image.Resampling.BICUBIC).convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def jpeg_files() -> dict[str, ImageFile]:
    """Modes, ways of coding, and what cameras put inside and behind."""
    exif = Image.Exif()
    exif[0x112] = 6  # turned by 90 degrees
    app1 = b"Exif\0\0" + jpeg(size=(8, 8))  # a thumbnail, with an end mark of its own
    thumbnail = b"\xff\xe1" + struct.pack(">H", len(app1) + 2) + app1
    plain = jpeg()
    files = {
        "jpeg-gray": ("L", jpeg("L")),
        "jpeg-gray-progressive": ("L", jpeg("L", progressive=True)),
        "jpeg-cmyk": ("CMYK", jpeg("CMYK")),
        "jpeg-420": ("RGB", plain),
        "jpeg-444": ("RGB", jpeg(subsampling=0, quality=95)),
        "jpeg-rgb": ("RGB", jpeg(keep_rgb=True)),
        "jpeg-progressive": ("RGB", jpeg(progressive=True)),
        "jpeg-restarts": ("RGB", jpeg(restart_marker_blocks=2)),
        "jpeg-turned": ("RGB", jpeg(exif=exif)),
        "jpeg-thumbnail": ("RGB", plain[:2] + thumbnail + plain[2:]),
        "jpeg-fill-bytes": ("RGB", plain[:2] + b"\xff\xff" + plain[2:]),
        "jpeg-trailing": ("RGB", plain + bytes(1000)),
        "jpeg-trailing-jpeg": ("RGB", plain + jpeg("L")),
    }
    return {name: ImageFile(data, mode) for name, (mode, data) in files.items()}


FILES = {**png_files(), **decorated_files(), **jpeg_files()}
