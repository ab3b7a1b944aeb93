"""The configs of the Fishyscapes builder; a new Web release is one line here."""

import dataclasses

import tensorflow_datasets as tfds

PUBLISHED = "published"
GENERATED = "generated"
ANNOTATED = "annotated"


@dataclasses.dataclass
class Config(tfds.core.BuilderConfig):
    """One dataset.

    Attributes:
      kind: published validation data, generated anew, or annotated by the user.
      archives: of published data, the download of every version.
      base: of published data, where the images come from: "cityscapes" or
        "lost_and_found".
      original_mask: the mask is that of Lost & Found itself.
      recipe: of a generated dataset, a name in `fs_tf.overlay.recipes`.
      objects: of a generated dataset, "voc" or "cutouts".
      folder: of the objects in the manual directory.
    """

    kind: str = GENERATED
    archives: dict[str, str] = dataclasses.field(default_factory=dict)
    base: str | None = None
    original_mask: bool = False
    recipe: str | None = None
    objects: str | None = None
    folder: str | None = None


def _web(name: str, recipe: str, month: str) -> Config:
    return Config(
        name=name,
        version=tfds.core.Version("1.0.0"),
        description=f"FS Web of {month}: cutouts from the web on Cityscapes.",
        recipe=recipe,
        objects="cutouts",
        folder=recipe,
    )


CONFIGS = (
    Config(
        name="LostAndFound",
        version=tfds.core.Version("1.0.0"),
        description="FS Lost & Found, validation, as published.",
        kind=PUBLISHED,
        archives={"1.0.0": "fishyscapes_lostandfound.zip"},
        base="lost_and_found",
    ),
    Config(
        name="OriginalLostAndFound",
        version=tfds.core.Version("1.0.0"),
        description="The images of FS Lost & Found with the labels of Lost & Found.",
        kind=PUBLISHED,
        archives={"1.0.0": "fishyscapes_lostandfound.zip"},
        base="lost_and_found",
        original_mask=True,
    ),
    Config(
        name="Static",
        version=tfds.core.Version("3.0.0"),
        supported_versions=[
            tfds.core.Version("2.0.0"),
            tfds.core.Version("1.0.0"),
        ],
        release_notes={
            "3.0.0": "January 2020: Cityscapes objects as negative controls.",
            "2.0.0": "June 2019: improved blending.",
            "1.0.0": "March 2019: first version.",
        },
        description="FS Static, validation, as published.",
        kind=PUBLISHED,
        archives={
            "3.0.0": "fs_val_v3.zip",
            "2.0.0": "fs_val_v2.zip",
            "1.0.0": "fs_val_v1.zip",
        },
        base="cityscapes",
    ),
    Config(
        name="StaticGenerated",
        version=tfds.core.Version("1.0.0"),
        description="FS Static, generated afresh: Pascal VOC objects on Cityscapes.",
        recipe="static",
        objects="voc",
        folder="VOCdevkit",
    ),
    _web("WebMarch2019", "web_march_2019", "March 2019"),
    _web("WebJune2019", "web_june_2019", "June 2019"),
    Config(
        name="LostAndFoundAnnotated",
        version=tfds.core.Version("1.0.0"),
        description="A test set of Lost & Found frames with the user's own masks.",
        kind=ANNOTATED,
        base="lost_and_found",
    ),
)
