"""Small sources in the real layouts."""

import importlib.util
import pathlib

import pytest

LAYOUTS = pathlib.Path(__file__).with_name("layouts.py")


@pytest.fixture(scope="session")
def layouts():
    """The module that writes them."""
    specification = importlib.util.spec_from_file_location("layouts", LAYOUTS)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def cityscapes(layouts, tmp_path) -> pathlib.Path:
    """Three training and eight validation frames of 64x128."""
    return layouts.write_cityscapes(tmp_path / "cityscapes")


@pytest.fixture
def voc(layouts, tmp_path) -> pathlib.Path:
    """Eight objects of eight classes, and some that are to be dropped."""
    return layouts.write_voc(tmp_path / "VOCdevkit")


@pytest.fixture
def cutouts(layouts, tmp_path) -> pathlib.Path:
    """A tiger, a lion, a bird, and a car as control."""
    return layouts.write_cutouts(tmp_path / "cutouts")


@pytest.fixture
def lost_and_found(layouts, tmp_path) -> pathlib.Path:
    """Five sequences of both splits."""
    return layouts.write_lost_and_found(tmp_path / "lost_and_found")
