"""The binaries that show, measure, export and choose data run."""

import importlib.util
import json
import pathlib

import cv2
import pytest

LAYOUTS = pathlib.Path(__file__).resolve().parents[1] / "overlay" / "layouts.py"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Sources, and the flags that make a small dataset of them."""
    specification = importlib.util.spec_from_file_location("layouts", LAYOUTS)
    layouts = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(layouts)
    root = tmp_path_factory.mktemp("world")
    layouts.write_cityscapes(root / "cityscapes")
    layouts.write_voc(root / "VOCdevkit")
    layouts.write_cutouts(root / "cutouts")
    layouts.write_lost_and_found(root / "lost_and_found")
    return root


def dataset_flags(world):
    kwargs = {
        "cityscapes": str(world / "cityscapes"),
        "voc": str(world / "VOCdevkit"),
        "num_validation": 3,
        "num_test": 2,
    }
    return [
        "--dataset=fishyscapes/StaticGenerated",
        f"--data_dir={world / 'data'}",
        f"--builder_kwargs={json.dumps(kwargs)}",
    ]


def test_export_then_preview_what_was_exported(binary, world):
    output = world / "exported"
    done = binary("export_dataset", *dataset_flags(world), f"--output={output}")
    assert done.returncode == 0, done.stderr
    assert "3 examples of fishyscapes/StaticGenerated/2.0.0" in done.stdout
    assert len(list((output / "images").glob("*_rgb.png"))) == 3
    # The differences read back as the published config that they imitate.
    kwargs = {
        "cityscapes": str(world / "cityscapes"),
        "fishyscapes": str(output / "overlays"),
    }
    done = binary(
        "preview_dataset",
        "--dataset=fishyscapes/Static",
        "--split=validation[:2]",
        f"--data_dir={world / 'read back'}",
        f"--builder_kwargs={json.dumps(kwargs)}",
        f"--output={world / 'sheet.png'}",
        "--height=64",
    )
    assert done.returncode == 0, done.stderr
    assert cv2.imread(str(world / "sheet.png")).shape == (90, 560, 3)
    # The first picture on the sheet is the first one that was exported.
    first = sorted((output / "images").iterdir())[0]
    sheet = cv2.imread(str(world / "sheet.png"))[18:82, 8:136]
    assert (sheet == cv2.imread(str(first))).all()


def test_dataset_statistics(binary, world):
    flags, output = dataset_flags(world), world / "heat.png"
    done = binary("dataset_statistics", *flags, f"--output={output}")
    assert done.returncode == 0, done.stderr
    assert "3 images, " in done.stdout
    assert "anomalous pixels on the ego vehicle: 0\n" in done.stdout
    # Categories stand in the provenance alone: it was found beside the dataset.
    assert " in the lower half " in done.stdout
    picture = cv2.imread(str(output))
    assert picture[:400].any() and not picture[-64:].any()
    flags[0] = "--dataset=fishyscapes/StaticGenerate"
    finished = binary("dataset_statistics", *flags, f"--output={output}")
    assert "Unknown config 'StaticGenerate'" in finished.error


def test_bad_flags_of_export(binary, world):
    finished = binary(
        "export_dataset",
        "--dataset=fishyscapes/StaticGenerated",
        f"--data_dir={world / 'none'}",
        "--builder_kwargs=cityscapes",
        f"--output={world / 'x'}",
    )
    assert "builder_kwargs is no JSON" in finished.error
    assert not (world / "x").exists()


def test_select_lost_and_found(binary, world):
    source = f"--lost_and_found={world / 'lost_and_found'}"
    output = world / "selection"
    done = binary("select_lost_and_found", source, f"--output={output}")
    assert done.returncode == 0, done.stderr
    lines = (output / "test.txt").read_text().splitlines()
    assert f"{len(lines)} frames in {output}/test.txt" in done.stdout
    assert "1 sequences show children or bicycles" in done.stdout
    finished = binary(
        "select_lost_and_found",
        f"--lost_and_found={world / 'cityscapes' / 'gtFine'}",
        f"--output={output}",
    )
    assert "has neither 'leftImg8bit' nor 'leftImg8bit.zip'" in finished.error


def test_bench_overlay(binary, world):
    sources = [f"--cityscapes={world / 'cityscapes'}", f"--voc={world / 'VOCdevkit'}"]
    done = binary("bench_overlay", *sources, "--count=6")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[0].split() == ["static"]
    assert "decode labels, ms" in done.stdout and "more / one" in done.stdout
    web = f"--cutouts={world / 'cutouts'}"
    done = binary("bench_overlay", *sources, web, "--count=4")
    assert done.returncode == 0, done.stderr
    recipes, *rows = [line.split() for line in done.stdout.splitlines()]
    assert recipes == ["static", "web_march_2019", "web_june_2019"]
    [ratios] = [row[-3:] for row in rows if row[:3] == ["example", "/", "files"]]
    assert all(float(ratio.removesuffix("x")) > 0 for ratio in ratios)
    finished = binary("bench_overlay", *sources, "--count=0")
    assert "are both 0; ask for an image" in finished.error


@pytest.mark.parametrize(
    "name", ["preview_dataset", "dataset_statistics", "export_dataset"]
)
def test_datasets_without_masks_are_refused_before_they_are_made(
    name, binary, world, tmp_path
):
    kwargs = json.dumps({"cityscapes": str(world / "cityscapes")})
    done = binary(
        *(name, "--dataset=cityscapes_frames", f"--builder_kwargs={kwargs}"),
        *(f"--data_dir={tmp_path / 'data'}", f"--output={tmp_path / 'output'}"),
    )
    assert "needs a dataset with anomaly masks" in done.error
    assert "got 'cityscapes_frames'" in done.error
    assert not list(tmp_path.iterdir())


def test_a_sheet_that_is_too_large_is_refused(binary, world, tmp_path):
    output = f"--output={tmp_path / 'sheet.png'}"
    for flag in ("--height=1000000", "--columns=1000000000"):
        done = binary("preview_dataset", *dataset_flags(world), output, flag)
        assert "A sheet may have up to 268435456 pixels" in done.error
        assert flag[2:].partition("=")[2] in done.error
    assert not list(tmp_path.iterdir())
