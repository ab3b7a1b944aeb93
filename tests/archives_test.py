"""Whatever is wrong with a zip, it is one sentence that names the file."""

import struct
import zipfile

import numpy as np
import pytest

from fs_tf import archives, errors

TEXT = b"".join(b"%d " % index for index in range(5000))
DAMAGED = "'here.zip' is truncated, damaged or of another kind .*; fetch it again"
ODD = "'here.zip' is encrypted, or packed in a way that Python does not know .* unpack"


@pytest.fixture
def packed(tmp_path):
    """Writes a zip of two members and says where the data of the first begins."""

    def pack(compression=zipfile.ZIP_DEFLATED):
        path = tmp_path / "here.zip"
        with zipfile.ZipFile(path, "w", compression) as archive:
            archive.writestr("a.txt", TEXT)
            archive.writestr("b.txt", TEXT[::-1])
            start = archive.getinfo("a.txt").header_offset + 30 + len("a.txt")
        return path, start

    return pack


def overwrite(path, start, new):
    data = bytearray(path.read_bytes())
    data[start : start + len(new)] = new
    path.write_bytes(data)


def read(path):
    with archives.reading("here.zip", "fetch it again"):
        with zipfile.ZipFile(path) as archive:
            return archive.read("a.txt")


@pytest.mark.parametrize(
    "compression",
    [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA],
)
def test_damaged_members(packed, compression):
    path, start = packed(compression)
    assert read(path) == TEXT
    overwrite(path, start + 20, b"\xff" * 40)
    with pytest.raises(errors.BadValue, match=DAMAGED):
        read(path)


@pytest.mark.parametrize("kept", [0, 3, 100, -3])
def test_truncated_files(packed, kept):
    path, _ = packed()
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(errors.BadValue, match=DAMAGED):
        read(path)
    with pytest.raises(errors.BadValue, match="here.zip' is truncated.* download it"):
        archives.opened(path)


@pytest.mark.parametrize("method, flags", [(9, 0), (98, 0), (8, 1)],
                         ids=["Deflate64", "PPMd", "encrypted"])  # fmt: skip
def test_members_that_python_cannot_unpack(packed, method, flags):
    path, _ = packed()
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = data.find(signature)
        while position >= 0:
            struct.pack_into("<HH", data, position + offset, flags, method)
            position = data.find(signature, position + 4)
    path.write_bytes(data)
    with pytest.raises(errors.BadValue, match=ODD):
        read(path)


def test_errors_of_the_system_and_of_users_stay_what_they_are(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        read(tmp_path / "absent.zip")
    assert caught.value.filename == str(tmp_path / "absent.zip")
    with pytest.raises(errors.NotFound, match="^no such frame$"):
        with archives.reading("here.zip"):
            raise errors.NotFound("no such frame")
    with pytest.raises(AttributeError):  # a fault of ours
        with archives.reading("here.zip"):
            None.read()


@pytest.fixture
def npz(tmp_path):
    path = tmp_path / "here.npz"
    arrays = {"rgb": np.arange(6000).reshape(2, -1), "empty": np.zeros(0, np.int16)}
    np.savez_compressed(path, **arrays)
    return path, arrays


def test_arrays_come_back(npz):
    path, arrays = npz
    for source in (path, path.read_bytes()):
        np.testing.assert_equal(archives.arrays(source, "here"), arrays)


@pytest.mark.parametrize("change", [
    lambda data: data[:1000],
    lambda data: b"",
    lambda data: b"\x89PNG\r\n\x1a\n" + data,
    lambda data: data[:60] + b"\xff" * 40 + data[100:],
    lambda data: data[: len(data) // 2] + b"\0" * 40 + data[len(data) // 2 + 40 :],
])  # fmt: skip
def test_damaged_arrays(npz, change):
    path, _ = npz
    path.write_bytes(change(path.read_bytes()))
    for source in (path, path.read_bytes()):
        with pytest.raises(errors.BadValue, match="^'here' is tr.*; make it again.$"):
            archives.arrays(source, "here", "make it again")


def test_every_damaged_byte_is_noticed_or_harmless(tmp_path):
    # Stored, so that NumPy meets damaged headers; what no checksum covers are the
    # names and dates that the archive keeps twice.
    path = tmp_path / "here.npz"
    np.savez(path, rgb=np.arange(8))
    whole = path.read_bytes()
    for position in range(len(whole)):
        data = bytearray(whole)
        data[position] ^= 0x24
        try:
            found = archives.arrays(bytes(data), "here")
        except errors.BadValue:
            continue
        assert all(len(name) == 3 for name in found)
        np.testing.assert_array_equal(list(found.values()), [np.arange(8)])


def test_what_holds_no_arrays_is_named(tmp_path):
    with (tmp_path / "a.npz").open("wb") as file:
        np.save(file, np.zeros(3))
    np.savez(tmp_path / "b.npz", a=np.array([{}], object))
    with zipfile.ZipFile(tmp_path / "c.npz", "w") as archive:
        archive.writestr("a.txt", b"hello")
    for name, reason in (("a", "not a zip"), ("b", "pickle"), ("c", "'a.txt' is no")):
        with pytest.raises(errors.BadValue, match=rf"^'here' .*{reason}.*; download"):
            archives.arrays(tmp_path / f"{name}.npz", "here")
