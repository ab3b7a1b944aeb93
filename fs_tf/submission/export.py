"""Writes a scorer as a SavedModel that needs nothing of this project."""

import os
import pathlib
import textwrap
from collections.abc import Mapping

import tensorflow as tf

from fs_tf import errors, files, methods
from fs_tf.submission import contract

IMAGE_SPEC = tf.TensorSpec([None, None, None, 3], tf.uint8, contract.INPUT)
# What TensorFlow raises where it cannot write; any other error is one of the graph.
_UNWRITTEN = (
    tf.errors.ResourceExhaustedError,
    tf.errors.PermissionDeniedError,
    tf.errors.NotFoundError,
    tf.errors.UnknownError,
    tf.errors.FailedPreconditionError,
)


def export(
    scorer: methods.AnomalyScorer,
    method: methods.Method,
    directory: os.PathLike,
    made_from: Mapping[str, object] | None = None,
) -> pathlib.Path:
    """Writes a submission: SavedModel, metadata and README, in one step.

    Args:
      scorer: fitted, where its method fits something.
      method: the row it belongs to.
      directory: must not exist; a killed export leaves only a hidden folder.
      made_from: all that the submission follows from, kept beside it; JSON values.

    Returns:
      the directory.

    Raises:
      FileExistsError: the directory exists.
      OSError: the folder cannot be written.
    """
    directory = pathlib.Path(directory)
    if directory.exists():
        raise errors.AlreadyThere(
            f"'{directory}' exists: choose another directory or delete it."
        )
    metadata = {"name": method.name, **method.row, "details": scorer.details}
    with files.writing_folder(directory) as partial:
        try:
            _save(scorer, partial)
        except _UNWRITTEN as error:
            reason = str(error).partition("\n")[0]
            raise errors.CannotAccess(
                f"Cannot write '{directory}' ({reason}): make room or mend the folder."
            ) from error
        # A `tf.Module` wraps the dicts among its attributes into what is no dict.
        files.write_json(partial / contract.METADATA_FILE, metadata, default=dict)
        files.write_text(partial / "README.md", _readme(method))
        if made_from is not None:
            files.write_json(partial / contract.MADE_FROM_FILE, made_from)
    return directory


def _save(scorer: methods.AnomalyScorer, directory: pathlib.Path) -> None:
    """Writes the graphs and their variables, but not the thousands of objects around.

    Those of a network take longer to write and to load than all the rest.
    """
    graphs = _signatures(scorer)
    # A graph does not list what only its loops read, nor the view what Keras holds.
    used = [variable for graph in graphs.values() for variable in graph.variables]
    used += [
        found
        for found in tf.train.TrackableView(scorer).descendants()
        if isinstance(found, tf.Variable)
    ]
    module = tf.Module()
    module.kept_variables = list({id(variable): variable for variable in used}.values())
    tf.saved_model.save(module, str(directory), graphs)


def _signatures(
    scorer: methods.AnomalyScorer,
) -> dict[str, tf.types.experimental.ConcreteFunction]:
    def serve(image):
        return {contract.SCORE: scorer.score(scorer.preprocess(image))}

    def segment(image):
        return {contract.SEGMENTATION: scorer.segment(scorer.preprocess(image))}

    signatures = {contract.SCORE_SIGNATURE: serve}
    if scorer.has_segmentation:
        signatures[contract.SEGMENTATION_SIGNATURE] = segment
    return {
        name: tf.function(signature, [IMAGE_SPEC]).get_concrete_function()
        for name, signature in signatures.items()
    }


def _readme(method: methods.Method) -> str:
    return (
        f"# {method.family}: {method.score}\n\n{textwrap.fill(method.description, 80)}"
        f"\n\nSavedModel; signature `{contract.SCORE_SIGNATURE}` maps "
        f"`{contract.INPUT}` uint8 [B, H, W, 3] to\n`{contract.SCORE}` float32 "
        "[B, H, W], higher is more anomalous.\n"
    )
