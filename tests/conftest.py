"""Fixtures shared by all tests."""

import pathlib

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repository() -> pathlib.Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def realdata() -> pathlib.Path:
    """The folder with real frames and objects; skips where it is absent."""
    path = REPOSITORY.parent / "shared" / "realdata"
    if not path.is_dir():
        pytest.skip("needs real data in ../shared/realdata, which is absent here")
    return path


@pytest.fixture(scope="session")
def parity() -> pathlib.Path:
    """The folder with reference logits of DeepLab; skips where it is absent."""
    path = REPOSITORY.parent / "shared" / "deeplab_parity"
    if not path.is_dir():
        pytest.skip("needs ../shared/deeplab_parity, which is absent here")
    return path
