"""The configs of the Fishyscapes builder; a new Web release is one line here."""

import dataclasses

import tensorflow_datasets as tfds


@dataclasses.dataclass
class Config(tfds.core.BuilderConfig):
    """One dataset.

    Attributes:
      recipe: of a generated dataset, a name in `fs_tf.overlay.recipes`.
      objects: source of the pasted objects.
    """

    recipe: str | None = None
    objects: str | None = None


CONFIGS = (
    Config(
        name="StaticGenerated",
        version=tfds.core.Version("1.0.0"),
        description="FS Static, generated afresh: Pascal VOC objects on Cityscapes.",
        recipe="static",
        objects="voc",
    ),
)
