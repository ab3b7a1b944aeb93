"""Pixels are Pillow's by value, or the file is refused by name."""

import dataclasses
import importlib.util
import io
import pathlib
import zlib
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image

from fs_tf import errors
from fs_tf.overlay.sources import images


def load_image_files():
    path = pathlib.Path(__file__).with_name("image_files.py")
    specification = importlib.util.spec_from_file_location("image_files", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


image_files = load_image_files()
FILES = image_files.FILES
WHERE = "some/folder/a file.png"


def pillow(data, mode=None):
    """What Pillow reads: converted to a mode, or the values as they are."""
    with Image.open(io.BytesIO(data)) as image:
        return np.array(image.convert(mode) if mode else image)


def is_gray(file, depths):
    return file.color == 0 and file.bits in depths and not file.has_trns


@dataclasses.dataclass(frozen=True)
class Reader:
    """A function of `images`, which whole files it reads, and as what."""

    decode: Callable
    reads: Callable
    mode: str | None = None
    dtype: type = np.uint8


READERS = {
    "rgb": Reader(
        images.decode_rgb,
        lambda f: f.color in (0, 2, 3, "L", "RGB") and f.bits <= 8 and not f.has_trns,
        "RGB",
    ),
    "rgba": Reader(
        images.decode_rgba,
        lambda f: f.bits <= 8 and (f.color in (4, 6) or f.has_trns and f.color != 0),
        "RGBA",
    ),
    "gray": Reader(images.decode_gray, lambda f: is_gray(f, (1, 8))),
    "gray16": Reader(
        lambda data, where: images.decode_gray(data, where, np.uint16),
        lambda f: is_gray(f, (16,)),
        dtype=np.uint16,
    ),
    "indices": Reader(
        images.decode_indices, lambda f: f.color == 3 or is_gray(f, (1, 8))
    ),
}
readers = pytest.mark.parametrize("reader", READERS.values(), ids=READERS)


@pytest.mark.filterwarnings("ignore:Palette images with Transparency")
@readers
@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_whole_files(reader, file):
    if not reader.reads(file):
        with pytest.raises(errors.UserError, match=f"'{WHERE}' (must be|has no)"):
            reader.decode(file.data, WHERE)
        return
    pixels = reader.decode(file.data, WHERE)
    assert pixels.dtype == reader.dtype
    np.testing.assert_array_equal(pixels, pillow(file.data, reader.mode))
    if reader.mode is None:
        np.testing.assert_array_equal(pixels, file.samples[..., 0])


BASES = ("rgb8", "rgba8-adam7", "grey8", "grey16", "palette4", "grey1")
JPEGS = ("jpeg-420", "jpeg-gray-progressive", "jpeg-restarts", "jpeg-thumbnail")


def damaged(data, rng, count):
    """Copies that are cut, lack a piece in the middle, or have a bit flipped."""
    for position in rng.integers(2, len(data) - 1, count).tolist():
        yield data[:position]
        yield data[:position] + data[position + 20 :]
        flipped = bytearray(data)
        flipped[position] ^= 1 << int(rng.integers(8))
        yield bytes(flipped)


@readers
@pytest.mark.parametrize("name", BASES + JPEGS)
def test_damaged_files(reader, name):
    for data in damaged(FILES[name].data, np.random.default_rng(3), 60):
        try:
            pixels = reader.decode(data, WHERE)
        except errors.UserError as error:
            assert f"'{WHERE}'" in str(error)
        else:
            # A PNG has checksums; a JPEG with other pixels is still a JPEG.
            assert name in JPEGS
            np.testing.assert_array_equal(pixels, pillow(data, reader.mode))


@pytest.mark.parametrize("reader", ["rgb", "gray", "indices"])
@pytest.mark.parametrize("damage", ["cut", "rows", "checksum", "filter", "none"])
def test_unsound_pixels_in_sound_chunks(reader, damage):
    file = FILES["grey8"]
    rows = image_files.scanlines(file.samples, 8)
    pixels = {
        "cut": zlib.compress(rows)[:-20],
        "rows": zlib.compress(rows[:-14]),
        "checksum": zlib.compress(rows)[:-4] + b"abcd",
        "filter": zlib.compress(b"\7" + rows[1:]),
        "none": b"",
    }
    header = (*image_files.SIZE[::-1], 8, 0, 0, 0, 0)
    data = image_files.assembled(header, pixels[damage])
    with pytest.raises(ValueError, match=f"'{WHERE}' is not a complete PNG"):
        READERS[reader].decode(data, WHERE)


@readers
@pytest.mark.parametrize(
    "data",
    [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"\xff\xd8\xff\xd9", b"GIF89a", bytes(99)],
)
def test_no_image(reader, data):
    with pytest.raises(ValueError, match="is not a complete PNG or JPEG image; copy"):
        reader.decode(data, WHERE)


def test_too_many_pixels():
    data = image_files.assembled((1 << 16, 1 << 16, 8, 0, 0, 0, 0), b"")
    with pytest.raises(ValueError, match="is not a complete PNG"):
        images.decode_gray(data, WHERE)


def test_jpeg_cut_behind_the_end_of_its_thumbnail():
    data = FILES["jpeg-thumbnail"].data
    end = data.index(b"\xff\xd9") + 30
    with pytest.raises(ValueError, match="is not a complete PNG or JPEG"):
        images.decode_rgb(data[:end], WHERE)


@pytest.mark.parametrize(
    ("name", "reader", "storage"),
    [
        ("grey4", "gray", "uint8 PNG; got a PNG of 4-bit grey. Save the values thems"),
        ("grey8", "gray16", "uint16 PNG; got a PNG of 8-bit grey. Save .* 16 bits"),
        ("jpeg-gray", "gray", "uint8 PNG; got a JPEG of 8-bit grey"),
        ("palette8", "gray", "uint8 PNG; got a PNG of 8-bit palette"),
        (
            "rgb8-trns",
            "rgb",
            "got a PNG of 8-bit RGB with transparency. Save it as RGB",
        ),
        (
            "rgb16",
            "rgb",
            "8-bit image without an alpha channel; got a PNG of 16-bit RGB",
        ),
        ("jpeg-cmyk", "rgb", "got a JPEG of 8-bit CMYK. Save it as RGB"),
        ("rgb8", "rgba", r"has no alpha channel of 8 bits \(got a PNG of 8-bit RGB\)"),
        ("grey2", "indices", "must be a palette PNG .*; got a PNG of 2-bit grey. Use"),
    ],
)
def test_refusals_name_what_the_file_holds(name, reader, storage):
    with pytest.raises(ValueError, match=f"'{WHERE}' .*{storage}"):
        READERS[reader].decode(FILES[name].data, WHERE)


def handed_on():
    """Name, file, pixels and channels of all files whose bytes may go to TFDS."""
    for reader, channels in (("rgb", 3), ("gray", 1)):
        for name, file in FILES.items():
            if READERS[reader].reads(file):
                pixels = READERS[reader].decode(file.data, WHERE)
                yield name, file.data, pixels, channels


def test_what_is_handed_on_reads_the_same_everywhere():
    import tensorflow as tf

    for name, data, pixels, channels in handed_on():
        png = images.as_png(data, pixels)
        for decode in (tf.io.decode_image, tf.image.decode_png):
            read = decode(png, channels=channels).numpy()
            expected = pixels.reshape(read.shape)
            np.testing.assert_array_equal(read, expected, name)
        np.testing.assert_array_equal(pillow(png), pixels, name)
        shown = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
        expected = pixels if channels == 3 else np.dstack([pixels] * 3)
        np.testing.assert_array_equal(shown, expected, name)


@pytest.mark.parametrize(
    ("reader", "kept"),
    [("rgb", "rgb8"), ("rgb", "rgb8-adam7"), ("rgb", "rgb8-text"), ("gray", "grey8")],
)
def test_ordinary_files_are_handed_on_as_they_are(reader, kept):
    data = FILES[kept].data
    assert images.as_png(data, READERS[reader].decode(data, WHERE)) is data


@pytest.mark.parametrize(
    ("reader", "name"),
    [
        *(("gray", name) for name in ("grey1", "grey8-exif", "grey8-animated")),
        *(("rgb", name) for name in ("grey8", "palette8", "rgb8-exif", "jpeg-420")),
    ],
)
def test_other_files_are_encoded_anew(reader, name):
    pixels = READERS[reader].decode(FILES[name].data, WHERE)
    assert images.as_png(FILES[name].data, pixels) == images.encode_png(pixels)
