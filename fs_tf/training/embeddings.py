"""Embeddings of training frames: streamed, subsampled, kept on disk."""

import dataclasses
import functools
import os
import pathlib
from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf
import tqdm

from fs_tf import archives, data, digests, errors, files, models, runs
from fs_tf.density import reservoir
from fs_tf.labels import NUM_CLASSES
from fs_tf.training.versions import versions

_FILE = "sample.npz"
_MADE_FROM = "sample.json"
# What a sample follows from, relative to fs_tf.
CODE = (
    *("labels.py", "data/frames.py", "models"),
    *("density/reservoir.py", "training/embeddings.py"),
)


@dataclasses.dataclass(frozen=True)
class EmbeddingSample:
    """A uniform subsample of one layer's embeddings of many frames.

    Attributes:
      embeddings: float32 [N, D].
      classes: bool [N, 19], every train class in the image patch of each embedding.
      frames: int32 [N], the number of the frame that each is from.
    """

    embeddings: np.ndarray
    classes: np.ndarray
    frames: np.ndarray

    @property
    def digest(self) -> str:
        """A hash of the embeddings, to recognize what was made of them."""
        return digests.of_pixels(self.embeddings)

    def __len__(self) -> int:
        return len(self.embeddings)


def sample_embeddings(
    segmenter: models.DeepLabV3Plus,
    dataset: data.FrameDataset,
    layers: Sequence[str],
    count: int,
    directory: os.PathLike,
    seed: int = 0,
) -> dict[str, EmbeddingSample]:
    """Returns `count` embeddings of each layer, drawn uniformly from all frames.

    One pass over the frames serves all layers that are not on disk yet; memory holds
    one frame and the samples. Embeddings whose patch shows void alone are left out.

    Args:
      segmenter: trained.
      dataset: frames with train ids.
      layers: names of feature maps.
      count: embeddings per layer, fewer where the frames have fewer.
      directory: keeps a finished sample per layer, which is read, not drawn again.
      seed: of the draw.

    Raises:
      KeyError: unknown layer.
      FileExistsError: the directory holds a sample with other settings.
      ValueError: the frames have no pixel of a train class.
    """
    for layer in layers:
        segmenter.feature_channels(layer)
    settings = {
        "segmenter": models.weights_digest(segmenter),
        "dataset": dataset.identity,
        "count": count,
        "seed": seed,
        "code": digests.of_code(*CODE),
        "versions": versions(),
    }
    claimed = runs.fresh(
        functools.partial(
            runs.claim_directory, pathlib.Path(directory) / layer, _MADE_FROM, settings
        )
        for layer in layers
    )
    folders = dict(zip(layers, claimed, strict=True))
    missing = [layer for layer in layers if not (folders[layer] / _FILE).exists()]
    if missing:
        for layer, sample in _draw(segmenter, dataset, missing, count, seed).items():
            _save(sample, folders[layer] / _FILE)
    return {layer: _load(folders[layer] / _FILE) for layer in layers}


def patch_classes(labels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Returns which train classes occur in the patch of every embedding.

    Feature maps lie over the padded image with corners on corners; a pixel belongs to
    the patch of its nearest embedding.

    Args:
      labels: uint8 [H, W], train ids; others count for nothing.
      size: (h, w) of the feature map.

    Returns:
      bool [h, w, 19].
    """
    height, width = labels.shape
    row = _nearest(height, size[0])
    column = _nearest(width, size[1])
    cell = row[:, np.newaxis] * size[1] + column
    is_train = labels < NUM_CLASSES
    present = np.zeros((size[0] * size[1], NUM_CLASSES), bool)
    present[cell[is_train], labels[is_train]] = True
    return present.reshape(*size, NUM_CLASSES)


def _nearest(pixels: int, cells: int) -> np.ndarray:
    """Returns the cell that is nearest to each pixel of one axis."""
    positions = np.linspace(0, cells - 1, models.padded_size(pixels))
    return np.rint(positions[:pixels]).astype(np.intp)


def _draw(segmenter, dataset, layers, count, seed) -> dict[str, EmbeddingSample]:
    reservoirs = {
        layer: reservoir.Reservoir(count, np.random.default_rng(seed))
        for layer in layers
    }
    for layer, rows in _stream(segmenter, dataset, layers):
        reservoirs[layer].add(rows)
    if not all(kept.seen for kept in reservoirs.values()):
        raise errors.BadValue(
            f"'{dataset.name}', split '{dataset.split}', has no pixel of a train class "
            "to take embeddings from."
        )
    return {layer: EmbeddingSample(**kept.rows()) for layer, kept in reservoirs.items()}


def _stream(segmenter, dataset, layers) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    """Yields (layer, rows of a reservoir) for every frame and layer."""

    @tf.function(input_signature=[tf.TensorSpec([1, None, None, 3], tf.uint8)])
    def feature_maps(image):
        outputs = segmenter(models.preprocess(image))
        return [outputs[layer][0] for layer in layers]

    frames = tqdm.tqdm(dataset.frames(), "embeddings", dataset.size, unit="image")
    for number, (_, image, labels) in enumerate(frames):
        for layer, maps in zip(layers, feature_maps(image[np.newaxis]), strict=True):
            classes = patch_classes(labels, tuple(maps.shape[:2]))
            is_used = classes.any(axis=-1)
            embeddings = maps.numpy()[is_used]
            yield (
                layer,
                {
                    "embeddings": embeddings,
                    "classes": classes[is_used],
                    "frames": np.full(len(embeddings), number, np.int32),
                },
            )


def _save(sample: EmbeddingSample, path: pathlib.Path) -> None:
    with files.writing(path) as partial, open(partial, "wb") as file:
        np.savez(file, **vars(sample))


def _load(path: pathlib.Path) -> EmbeddingSample:
    advice = f"delete '{path.parent}', and it is made again"
    arrays = archives.arrays(path, os.fspath(path), advice)
    wanted = [field.name for field in dataclasses.fields(EmbeddingSample)]
    if sorted(arrays) != sorted(wanted):
        raise errors.BadValue(
            f"'{path}' must hold the arrays {wanted}; got {sorted(arrays)}: {advice}."
        )
    return EmbeddingSample(**arrays)
