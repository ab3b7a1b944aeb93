"""The Fishyscapes datasets: street images with anomalous objects and their masks.

    tfds.load("fishyscapes/StaticGenerated",
              builder_kwargs={"cityscapes": DIR, "voc": DIR, "num_test": 100})

Features as in the official builder: `image_id`, `basedata_id`, `image_left`, and
`mask` with 0 in-distribution, 1 anomaly, 255 void.
"""

import json
import os
import pathlib
from collections.abc import Iterator

import tensorflow_datasets as tfds

from fs_tf.overlay.generation import Factory
from fs_tf.overlay.release import (
    Example,
    Settings,
    open_release,
    plan_examples,
    split_objects,
)
from fs_tf.overlay.sources.cityscapes import Cityscapes
from fs_tf.overlay.sources.voc import Voc
from tfds_builders.fishyscapes.configs import CONFIGS, Config
from tfds_builders.sourced_builder import SourcedBuilder

SECRET_SEED_VARIABLE = "FISHYSCAPES_SECRET_SEED"


class Builder(SourcedBuilder):
    """All configs of Fishyscapes; see `configs.py`."""

    BUILDER_CONFIGS = list(CONFIGS)
    MANUAL_DOWNLOAD_INSTRUCTIONS = (
        "Put Cityscapes and Pascal VOC into the manual directory, or pass their "
        "folders as builder_kwargs={'cityscapes': DIR, 'voc': DIR}."
    )

    def __init__(
        self,
        *,
        cityscapes=None,
        voc=None,
        num_validation=None,
        num_test=None,
        seed=None,
        secret_seed=None,
        image_size=None,
        max_frame_uses=None,
        **kwargs,
    ):
        """Names the sources and, for generated configs, the settings.

        Args:
          cityscapes: folder in the raw layout, or with the official zips.
          voc: `VOCdevkit`, or a year folder in it.
          num_validation: images of the validation split (default 30); 0 leaves it out.
          num_test: images of the test split (default 1000); 0 leaves it out.
          seed: number or text from which the images follow (default 0).
          secret_seed: from which the test split follows instead, so that only who
            knows it can rebuild the test split. Defaults to the environment variable
            FISHYSCAPES_SECRET_SEED, else to `seed`.
          image_size: (height, width); None keeps the size of the frames.
          max_frame_uses: how often a frame may be used in its split (default 3).
          **kwargs: of the TFDS builder.
        """
        if secret_seed is None:
            secret_seed = os.environ.get(SECRET_SEED_VARIABLE)
        counts = {"num_validation": num_validation, "num_test": num_test}
        super().__init__(
            sources={"cityscapes": cityscapes, "voc": voc},
            settings={
                **counts,
                "image_size": image_size,
                "max_frame_uses": max_frame_uses,
            },
            secrets={"seed": seed, "secret_seed": secret_seed},
            **kwargs,
        )
        seed = 0 if seed is None else seed
        self._settings = Settings(
            counts={
                "validation": 30 if num_validation is None else num_validation,
                "test": 1000 if num_test is None else num_test,
            },
            seeds={
                "validation": str(seed),
                "test": str(seed if secret_seed is None else secret_seed),
            },
            image_size=None if image_size is None else tuple(image_size),
            max_frame_uses=3 if max_frame_uses is None else max_frame_uses,
        )

    def _info(self) -> tfds.core.DatasetInfo:
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(
                {
                    "image_id": tfds.features.Text(),
                    "basedata_id": tfds.features.Text(),
                    "image_left": tfds.features.Image(
                        shape=(None, None, 3), encoding_format="png"
                    ),
                    "mask": tfds.features.Image(
                        shape=(None, None, 1), encoding_format="png"
                    ),
                }
            ),
            supervised_keys=("image_left", "mask"),
            homepage="https://fishyscapes.com",
            disable_shuffling=True,
        )

    def _split_generators(self, dl_manager) -> dict[str, Iterator]:
        config: Config = self.builder_config
        cityscapes = Cityscapes(self._source("cityscapes", dl_manager))
        voc = Voc(self._source("voc", dl_manager))
        plan = plan_examples(open_release(cityscapes), self._settings, config.recipe)
        objects, skipped = voc.objects()
        shared = split_objects(objects, config.recipe)
        factory = Factory(config.recipe, cityscapes, voc, shared, self._settings)
        settings = self._settings
        self._write_settings(
            {
                "num_validation": settings.counts["validation"],
                "num_test": settings.counts["test"],
                "image_size": settings.image_size,
                "max_frame_uses": settings.max_frame_uses,
            },
            {
                "seed": settings.seeds["validation"],
                "secret_seed": settings.seeds["test"],
            },
        )
        return {
            split: self._generate_examples(factory, examples)
            for split, examples in plan.items()
        }

    def _generate_examples(self, factory: Factory, examples: list[Example]) -> Iterator:
        path = pathlib.Path(self.data_dir)
        with open(path / f"provenance-{examples[0].split}.jsonl", "w") as provenance:
            for index, example in enumerate(examples):
                made = factory.make(example)
                provenance.write(json.dumps(made.provenance) + "\n")
                yield (
                    index,
                    {
                        "image_id": example.image_id,
                        "basedata_id": example.frame.frame_id,
                        "image_left": made.image,
                        "mask": made.mask,
                    },
                )
