"""The configs of the Fishyscapes builder; a new Web release is one line here."""

import tensorflow_datasets as tfds

from tfds_builders.fishyscapes.annotated import AnnotatedConfig
from tfds_builders.fishyscapes.generated import GeneratedConfig
from tfds_builders.fishyscapes.published import PublishedConfig

# Of what was generated anew whenever the pixels changed.
NEW_PIXELS = "An object's half of the image is drawn before its position."


def _web(name: str, recipe: str, month: str) -> GeneratedConfig:
    return GeneratedConfig(
        name=name,
        version=tfds.core.Version("2.0.0"),
        release_notes={"2.0.0": NEW_PIXELS},
        description=f"FS Web of {month}: cutouts from the web on Cityscapes.",
        recipe=recipe,
        objects="cutouts",
        folder=recipe,
    )


CONFIGS = (
    PublishedConfig(
        name="LostAndFound",
        version=tfds.core.Version("1.0.0"),
        description="FS Lost & Found, validation, as published.",
        archives={"1.0.0": "fishyscapes_lostandfound.zip"},
        base="lost_and_found",
    ),
    PublishedConfig(
        name="OriginalLostAndFound",
        version=tfds.core.Version("1.0.0"),
        description=(
            "The images of FS Lost & Found with the labels of Lost & Found itself: "
            "what it leaves unlabelled is void, and every hazard an anomaly."
        ),
        archives={"1.0.0": "fishyscapes_lostandfound.zip"},
        base="lost_and_found",
        original_mask=True,
    ),
    PublishedConfig(
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
        archives={
            "3.0.0": "fs_val_v3.zip",
            "2.0.0": "fs_val_v2.zip",
            "1.0.0": "fs_val_v1.zip",
        },
        base="cityscapes",
    ),
    GeneratedConfig(
        name="StaticGenerated",
        version=tfds.core.Version("2.0.0"),
        release_notes={"2.0.0": NEW_PIXELS},
        description="FS Static, generated afresh: Pascal VOC objects on Cityscapes.",
        recipe="static",
        objects="voc",
        folder="VOCdevkit",
    ),
    _web("WebMarch2019", "web_march_2019", "March 2019"),
    _web("WebJune2019", "web_june_2019", "June 2019"),
    AnnotatedConfig(
        name="LostAndFoundAnnotated",
        version=tfds.core.Version("1.0.0"),
        description="A test set of Lost & Found frames with the user's own masks.",
    ),
)
