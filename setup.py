"""Packaging of fs_tf; constraints.txt pins the exact set that CI runs."""

import pathlib
import re

import setuptools

HERE = pathlib.Path(__file__).parent
VERSION = re.search(
    r'__version__ = "(.+)"',
    (HERE / "fs_tf" / "__init__.py").read_text(encoding="utf-8"),
).group(1)

setuptools.setup(
    name="fs_tf",
    version=VERSION,
    description="The Fishyscapes benchmark: anomaly segmentation for urban driving",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.10,<3.14",
    packages=setuptools.find_packages(
        include=["fs_tf*", "tfds_builders*", "experiments*"]
    ),
    package_data={
        "fs_tf.report": ["templates/*"],
        "tfds_builders": ["*/README.md", "*/CITATIONS.bib"],
    },
    install_requires=[
        "absl-py>=2.1",
        "filelock>=3.16",
        "h5py>=3.11",
        "importlib_resources>=6.0",
        "jinja2>=3.1",
        "keras>=3.12",
        "markupsafe>=2.1",
        "matplotlib>=3.9",
        "numpy>=2.0",
        "opencv-python-headless>=4.10",
        "pillow>=11.0",
        "scikit-learn>=1.5",
        "tensorboard>=2.20",
        "tensorflow>=2.20",
        "tensorflow-datasets>=4.9.8",
        "tensorflow-probability[tf]>=0.25",
        "tqdm>=4.66",
    ],
    extras_require={
        "test": ["dill>=0.3.8", "pytest>=8.0", "pytest-xdist>=3.6", "ruff>=0.9"],
        "bench": ["faiss-cpu>=1.9"],
        "gpu": ["tensorflow[and-cuda]>=2.20"],
    },
)
