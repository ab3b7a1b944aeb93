"""Runs a SavedModel submission, and holds it to the contract."""

import json
import os
import pathlib
from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from fs_tf import errors, files, plain_paths
from fs_tf.submission import contract


def existing_folder(directory: os.PathLike) -> pathlib.Path:
    """Returns the absolute path of a SavedModel, after the one check that is quick.

    Raises:
      FileNotFoundError: no SavedModel there.
    """
    directory = pathlib.Path(directory).resolve()
    if not (directory / contract.MODEL_FILE).is_file():
        raise errors.NotFound(
            f"'{directory}' holds no 'saved_model.pb': write a submission with "
            "`tf.saved_model.save` or `python -m experiments.benchmark`."
        )
    return directory


class Submission:
    """A loaded submission.

    Attributes:
      name: of its folder.
      row: texts and flags of its leaderboard row, as far as it states them.
    """

    def __init__(self, name: str, row: Mapping[str, object], signatures):
        self.name = name
        self.row = row
        self._signatures = signatures

    @classmethod
    def load(cls, directory: os.PathLike) -> "Submission":
        """Loads a submission.

        Raises:
          FileNotFoundError: no SavedModel there.
          ValueError: the SavedModel is damaged or breaks the contract.
          OSError: it cannot be read.
        """
        directory = existing_folder(directory)
        try:
            model = tf.saved_model.load(plain_paths.plain_folder(directory))
        except tf.errors.PermissionDeniedError as error:
            raise errors.CannotAccess(
                f"'{directory}' cannot be read ({_reason(error)}): mend the "
                "permissions there."
            ) from error
        except Exception as error:  # TensorFlow raises a different one for each defect.
            is_systems = isinstance(error, OSError) and error.errno is not None
            if is_systems or isinstance(error, MemoryError | errors.UserError):
                raise
            reason = str(error).strip().partition("\n")[0]
            raise errors.BadValue(
                f"'{directory}' is a damaged SavedModel, delete it and export it "
                f"again: {reason}"
            ) from error
        _check_signatures(model.signatures, directory)
        return cls(directory.name, _row(directory), model.signatures)

    @property
    def has_segmentation(self) -> bool:
        """Whether it also classifies the pixels."""
        return contract.SEGMENTATION_SIGNATURE in self._signatures

    def anomaly_score(self, image: np.ndarray, image_id: str = "") -> np.ndarray:
        """Returns the anomaly score of one image.

        Args:
          image: uint8 [H, W, 3], RGB.
          image_id: named in errors.

        Returns:
          float32 [H, W], finite.

        Raises:
          ValueError: the image or the output breaks the contract, or the model fails.
        """
        output = self._run(contract.SCORE_SIGNATURE, contract.SCORE, image, image_id)
        return contract.checked_score(output, image.shape[:2], self._where(image_id))

    def segmentation(self, image: np.ndarray, image_id: str = "") -> np.ndarray:
        """Returns the train ids of one image, int32 [H, W]; see `anomaly_score`."""
        if not self.has_segmentation:
            raise errors.BadValue(
                f"Submission '{self.name}' has no `{contract.SEGMENTATION_SIGNATURE}` "
                "signature: mIoU needs one, int32 [B, H, W] of train ids."
            )
        output = self._run(
            contract.SEGMENTATION_SIGNATURE, contract.SEGMENTATION, image, image_id
        )
        return contract.checked_segmentation(
            output, image.shape[:2], self._where(image_id)
        )

    def _run(self, signature, output, image, image_id) -> np.ndarray:
        batch = tf.constant(contract.checked_image(image))
        try:
            outputs = self._signatures[signature](**{contract.INPUT: batch})
        except tf.errors.OpError as error:
            raise errors.BadValue(
                f"The model failed on {self._where(image_id)}: {_reason(error)}"
            ) from error
        return outputs[output].numpy()

    def _where(self, image_id: str) -> str:
        where = f"submission '{self.name}'"
        return f"{where}, image '{image_id}'" if image_id else where


def _reason(error: tf.errors.OpError) -> str:
    """Returns the first line that says what happened; others say where it did."""
    lines = [line.strip() for line in error.message.splitlines()]
    where = ("Graph execution error", "Detected at node", "<stack traces", "File ")
    telling = [line for line in lines if line and not line.startswith((*where, "[["))]
    return telling[0] if telling else type(error).__name__


def _check_signatures(signatures, directory: pathlib.Path) -> None:
    _check_signature(
        signatures,
        contract.SCORE_SIGNATURE,
        tf.TensorSpec([None, None, None], tf.float32, contract.SCORE),
        directory,
    )
    if contract.SEGMENTATION_SIGNATURE in signatures:
        _check_signature(
            signatures,
            contract.SEGMENTATION_SIGNATURE,
            tf.TensorSpec([None, None, None], tf.int32, contract.SEGMENTATION),
            directory,
        )


def _check_signature(signatures, key, output: tf.TensorSpec, directory) -> None:
    expected = (
        f"signature `{key}` must map `{contract.INPUT}` uint8 [B, H, W, 3], all sizes "
        f"free, to `{output.name}` {output.dtype.name} [B, H, W]"
    )
    if key not in signatures:
        raise errors.BadValue(
            f"In '{directory}', {expected}; the model has "
            f"{sorted(signatures) or 'no signature'}."
        )
    inputs = signatures[key].structured_input_signature[1]
    outputs = signatures[key].structured_outputs
    image = tf.TensorSpec([None, None, None, 3], tf.uint8)
    if list(inputs) != [contract.INPUT] or not _takes(inputs[contract.INPUT], image):
        raise errors.BadValue(f"In '{directory}', {expected}; it takes {inputs}.")
    found = outputs.get(output.name)
    if found is None or found.dtype != output.dtype:
        raise errors.BadValue(f"In '{directory}', {expected}; it returns {outputs}.")


def _takes(spec: tf.TensorSpec, wanted: tf.TensorSpec) -> bool:
    """Whether the spec accepts every tensor of the wanted type."""
    if spec.dtype != wanted.dtype or spec.shape.rank not in (None, 4):
        return False
    if spec.shape.rank is None:
        return True
    free = all(size is None for size in spec.shape[:3])
    return free and spec.shape[3] in (None, 3)


def _row(directory: pathlib.Path) -> Mapping[str, object]:
    path = directory / contract.METADATA_FILE
    if not path.is_file():
        return {}
    try:
        metadata = json.loads(files.read_text(path))
    except ValueError as error:
        raise errors.BadValue(f"'{path}' is not valid JSON: {error}.") from error
    return contract.checked_row(metadata, str(path))
