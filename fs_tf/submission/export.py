"""Writes a scorer as a SavedModel that needs nothing of this project."""

import json
import os
import pathlib
import shutil
import textwrap

import tensorflow as tf

from fs_tf import methods
from fs_tf.submission import contract

IMAGE_SPEC = tf.TensorSpec([None, None, None, 3], tf.uint8, contract.INPUT)


def export(
    scorer: methods.AnomalyScorer, method: methods.Method, directory: os.PathLike
) -> pathlib.Path:
    """Writes a submission: SavedModel, metadata and README, in one step.

    Args:
      scorer: fitted, where its method fits something.
      method: the row it belongs to.
      directory: must not exist; a killed export leaves only `directory`.partial.

    Returns:
      the directory.

    Raises:
      FileExistsError: the directory exists.
    """
    directory = pathlib.Path(directory)
    if directory.exists():
        raise FileExistsError(
            f"'{directory}' exists: choose another directory or delete it."
        )
    partial = directory.with_name(directory.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    tf.saved_model.save(scorer, str(partial), _signatures(scorer))
    metadata = {"name": method.name, **method.row, "details": scorer.details}
    # A `tf.Module` wraps the dicts among its attributes into what is no dict.
    text = json.dumps(metadata, indent=2, default=dict)
    (partial / contract.METADATA_FILE).write_text(text + "\n")
    (partial / "README.md").write_text(_readme(method))
    os.replace(partial, directory)
    return directory


def _signatures(scorer: methods.AnomalyScorer) -> dict[str, object]:
    @tf.function(input_signature=[IMAGE_SPEC])
    def serve(image):
        return {contract.SCORE: scorer.score(scorer.preprocess(image))}

    @tf.function(input_signature=[IMAGE_SPEC])
    def segment(image):
        return {contract.SEGMENTATION: scorer.segment(scorer.preprocess(image))}

    signatures = {contract.SCORE_SIGNATURE: serve}
    if scorer.has_segmentation:
        signatures[contract.SEGMENTATION_SIGNATURE] = segment
    return signatures


def _readme(method: methods.Method) -> str:
    return (
        f"# {method.family}: {method.score}\n\n{textwrap.fill(method.description, 80)}"
        f"\n\nSavedModel; signature `{contract.SCORE_SIGNATURE}` maps "
        f"`{contract.INPUT}` uint8 [B, H, W, 3] to\n`{contract.SCORE}` float32 "
        "[B, H, W], higher is more anomalous.\n"
    )
