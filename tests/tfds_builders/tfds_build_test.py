"""The builders work with TFDS's own command line, `tfds build`.

The command itself is started through its module: TFDS 4.9.10 imports Apache Beam for
another command before it comes to this one.
"""

import os
import pathlib
import subprocess
import sys

import pytest
import tensorflow_datasets as tfds

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
import simple_parsing
from absl import flags
from tensorflow_datasets.scripts.cli import build
flags.FLAGS(sys.argv[:1])
parser = simple_parsing.ArgumentParser()
parser.add_arguments(build.Args, dest="build")
parser.parse_args(sys.argv[1:]).build.execute()
"""


def tfds_build(name, *arguments):
    subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=REPOSITORY / "tfds_builders" / name,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        check=True,
        capture_output=True,
    )


@pytest.mark.parametrize(
    ("name", "config", "split"),
    [
        ("cityscapes_frames", None, "train"),
        ("fishyscapes", "StaticGenerated", "test"),
    ],
)
def test_build(name, config, split, layouts, tmp_path):
    manual = tmp_path / "manual"
    # Enough frames for the 1030 images of the paper, of which three are made.
    layouts.write_cityscapes(manual / "cityscapes", val=350, size=(64, 128))
    layouts.write_voc(manual / "VOCdevkit")
    directories = [f"--manual_dir={manual}", f"--data_dir={tmp_path / 'data'}"]
    configs = [f"--config={config}"] if config else []
    tfds_build(name, *directories, *configs, "--max_examples_per_split=3")
    full_name = f"{name}/{config}" if config else name
    prepared = tfds.load(full_name, split=split, data_dir=str(tmp_path / "data"))
    assert len(list(prepared)) == 3
