"""TFDS's own builder tests, for every config and version."""

import importlib.util
import pathlib
import shutil
import tempfile

import tensorflow_datasets as tfds

from tfds_builders.cityscapes_frames import cityscapes_frames_dataset_builder
from tfds_builders.fishyscapes import fishyscapes_dataset_builder
from tfds_builders.fishyscapes.configs import CONFIGS

LAYOUTS = pathlib.Path(__file__).resolve().parents[1] / "overlay" / "layouts.py"
LAF_FRAMES = [
    "04_Maurener_Weg_8_000000_000020",
    "01_Hanns_Klemm_Str_45_000000_000010",
    "13_Elly_Beinhorn_Str_000000_000000",
]
GENERATED = {"num_validation": 2, "num_test": 5}


def write_manual_dir(folder: pathlib.Path) -> None:
    """Everything that the configs look for, unpacked."""
    specification = importlib.util.spec_from_file_location("layouts", LAYOUTS)
    layouts = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(layouts)
    layouts.write_cityscapes(folder / "cityscapes")
    layouts.write_voc(folder / "VOCdevkit")
    for recipe in ("web_march_2019", "web_june_2019"):
        layouts.write_cutouts(folder / recipe)
    layouts.write_lost_and_found(folder / "lost_and_found")
    laf = folder / "fishyscapes_lostandfound"
    layouts.write_official(laf, LAF_FRAMES, 0, overlays=False)
    layouts.write_official(folder / "masks", LAF_FRAMES, 0, overlays=False)
    frames = [f"frankfurt_{index:06d}_000019" for index in (5, 2)]
    for version in (1, 2, 3):
        layouts.write_official(folder / f"fs_val_v{version}", frames, version)


class _Base(tfds.testing.DatasetBuilderTestCase):
    """What the cases share; no case itself."""

    __test__ = False
    KWARGS = {}

    @classmethod
    def setUpClass(cls):
        cls.EXAMPLE_DIR = tempfile.mkdtemp()
        write_manual_dir(pathlib.Path(cls.EXAMPLE_DIR))
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        shutil.rmtree(cls.EXAMPLE_DIR)

    def _make_builder(self, config=None):
        if config is None and self.BUILDER_CONFIG_NAMES_TO_TEST:
            config = self.BUILDER_CONFIG_NAMES_TO_TEST[0]
        return self.DATASET_CLASS(
            data_dir=self.tmp_dir, config=config, version=self.VERSION, **self.KWARGS
        )


class CityscapesFramesTest(_Base):
    __test__ = True
    DATASET_CLASS = cityscapes_frames_dataset_builder.Builder
    SPLITS = {"train": 3, "validation": 8}


def _case(name, splits, version=None, **kwargs):
    attributes = {
        "__test__": True,
        "DATASET_CLASS": fishyscapes_dataset_builder.Builder,
        "BUILDER_CONFIG_NAMES_TO_TEST": [name],
        "SPLITS": splits,
        "VERSION": version,
        "KWARGS": kwargs,
    }
    return type(f"{name}Test", (_Base,), attributes)


BOTH = {"validation": 2, "test": 5}
LostAndFoundTest = _case("LostAndFound", {"validation": 3})
OriginalLostAndFoundTest = _case("OriginalLostAndFound", {"validation": 3})
StaticTest = _case("Static", {"validation": 2})
Static2Test = _case("Static", {"validation": 2}, "2.0.0")
Static1Test = _case("Static", {"validation": 2}, "1.0.0")
StaticGeneratedTest = _case("StaticGenerated", BOTH, **GENERATED)
WebMarch2019Test = _case("WebMarch2019", BOTH, **GENERATED)
WebJune2019Test = _case("WebJune2019", BOTH, **GENERATED)
LostAndFoundAnnotatedTest = _case("LostAndFoundAnnotated", {"test": 3})


def test_no_config_is_left_out():
    tested = {
        name
        for case in globals().values()
        if isinstance(case, type)
        for name in getattr(case, "BUILDER_CONFIG_NAMES_TO_TEST", None) or ()
    }
    assert tested == {config.name for config in CONFIGS}
