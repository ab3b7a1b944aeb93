"""The training loop of a segmenter: checkpoints, summaries, progress bar, resume."""

import dataclasses
import math
import os
import pathlib
from collections.abc import Iterator

import keras
import tensorflow as tf
import tqdm

from fs_tf import data, digests, errors, models, runs
from fs_tf.data import augmentation
from fs_tf.training import requirements
from fs_tf.training.checkpoints import Checkpoints, writing
from fs_tf.training.class_balance import class_weights
from fs_tf.training.config import TrainingConfig
from fs_tf.training.schemes import Scheme
from fs_tf.training.trainer import Trainer
from fs_tf.training.versions import versions

WEIGHTS = "segmenter.weights.h5"
MADE_FROM_FILE = "training.json"
# What trained weights follow from, relative to fs_tf.
CODE = ("labels.py", "scores.py", "losses.py", "data", "models") + tuple(
    f"training/{name}.py"
    for name in ("class_balance", "devices", "optimizers", "segmenter", "trainer")
)
# Fields of the configuration that change no weight.
REPORTING = ("summary_steps", "checkpoint_steps")
# For the statistics of batch norm; a batch's smallest maps have hundreds of positions.
MEASURED_BATCHES = 8


def train_segmenter(
    segmenter: models.DeepLabV3Plus,
    dataset: data.FrameDataset,
    scheme: Scheme,
    config: TrainingConfig,
    directory: os.PathLike,
    seed: int = 0,
) -> pathlib.Path:
    """Trains until `config.steps`, or goes on where an earlier call was stopped.

    Args:
      segmenter: with the initial weights; holds the trained ones afterwards.
      dataset: frames with train ids.
      scheme: loss and outputs.
      config: hyperparameters.
      directory: holds checkpoints, summaries and, at the end, the weights. A finished
        run is loaded, not repeated.
      seed: of the order and augmentation of the crops.

    Returns:
      path of the trained weights.

    Raises:
      FileExistsError: the directory holds a run with other settings.
      ValueError: see `requirements.check`; or the loss is not finite, and the last
        good checkpoint remains.
      OSError: the directory cannot be written.
    """
    settings = _settings(segmenter, dataset, scheme, config, seed)
    directory = runs.claim_directory(directory, MADE_FROM_FILE, settings)
    weights = directory / WEIGHTS
    if weights.exists():
        models.load_weights(segmenter, weights)
        return weights
    if config.steps:
        _train(segmenter, dataset, scheme, config, directory, seed)
    models.save_weights(segmenter, weights)
    return weights


def check_run(
    segmenter: models.DeepLabV3Plus,
    dataset: data.FrameDataset,
    scheme: Scheme,
    config: TrainingConfig,
    directory: os.PathLike,
    seed: int = 0,
) -> None:
    """Checks that what an earlier call left would be the same now; trains nothing.

    Args: see `train_segmenter`.

    Raises:
      FileExistsError: the directory holds a run with other settings.
    """
    if pathlib.Path(directory, MADE_FROM_FILE).exists():
        settings = _settings(segmenter, dataset, scheme, config, seed)
        runs.claim_directory(directory, MADE_FROM_FILE, settings)


def _train(segmenter, dataset, scheme, config, directory, seed) -> None:
    requirements.check(dataset, scheme, config)
    balance = config.class_balance
    weights = class_weights(dataset, balance) if balance else None
    trainer = Trainer(segmenter, scheme, config, seed, weights)
    saved = Checkpoints(trainer.checkpoint, directory / "checkpoints")
    if saved.newest:
        saved.restore(saved.newest)
    elif config.measure_batch_norm or models.lost_statistics(segmenter.encoder):
        crops = _batches(dataset, config, seed, first_step=0).take(MEASURED_BATCHES)
        images = (models.preprocess(image) for image, _ in _drawn(dataset, crops))
        models.measure_batch_norm(segmenter.encoder, images)
    _run(trainer, saved, dataset, directory, seed)


def _settings(segmenter, dataset, scheme, config, seed) -> dict[str, object]:
    return {
        "preset": segmenter.preset.name,
        "output_stride": segmenter.output_stride,
        "dataset": dataset.identity,
        "scheme": scheme.identity,
        "initial_weights": models.weights_digest(segmenter),
        "precision": keras.mixed_precision.dtype_policy().name,
        "seed": seed,
        "config": {
            name: value
            for name, value in dataclasses.asdict(config).items()
            if name not in REPORTING
        },
        "code": digests.of_code(*CODE),
        "versions": versions(),
    }


def _batches(dataset, config, seed, first_step) -> tf.data.Dataset:
    crops = augmentation.Augmentation(
        config.crop_size, config.scales, color_jitter=config.color_jitter
    )
    return augmentation.training_batches(
        dataset, crops, config.batch_size, seed, first_step
    )


def _drawn(dataset, batches) -> Iterator:
    """Yields the batches; what goes wrong in drawing them is of the dataset."""
    drawn = iter(batches)
    while True:
        with dataset.reading():
            batch = next(drawn, None)
        if batch is None:
            return
        yield batch


def _run(trainer, saved, dataset, directory, seed) -> None:
    """Steps through the batches, with checkpoints, summaries and a progress bar."""
    config = trainer.config
    batches = _batches(dataset, config, seed, trainer.step)
    batches = tf.distribute.get_strategy().experimental_distribute_dataset(batches)
    with writing(directory / "summaries"):
        writer = tf.summary.create_file_writer(str(directory / "summaries"))
    progress = tqdm.tqdm(
        total=config.steps, initial=trainer.step, desc="train", unit="step"
    )
    with writer.as_default(), progress:
        for batch in _drawn(dataset, batches):
            if trainer.step >= config.steps:
                break
            loss = trainer.update(batch)
            step = trainer.step
            is_last = step == config.steps
            if step % config.summary_steps == 0 or is_last:
                _check_finite(math.isfinite(loss), step, saved)
                tf.summary.scalar("loss", loss, step)
                tf.summary.scalar("learning_rate", trainer.learning_rate, step)
                progress.set_postfix(loss=f"{float(loss):.3f}", refresh=False)
            progress.update()
            if step % config.checkpoint_steps == 0 or is_last:
                _check_finite(bool(trainer.is_finite()), step, saved)
                saved.save(step)


def _check_finite(is_finite: bool, step: int, saved: Checkpoints) -> None:
    if is_finite:
        return
    kept = f"The last good checkpoint is '{saved.newest}'. " if saved.newest else ""
    raise errors.BadValue(
        f"Loss and weights must be finite; step {step} gave NaN or infinity. {kept}"
        "Look at the initial weights, or start anew in another directory with a "
        "smaller learning rate."
    )
