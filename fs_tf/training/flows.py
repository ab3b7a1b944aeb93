"""One flow per layer, fitted to a sample of its embeddings and kept on disk."""

import dataclasses
import functools
import json
import logging
import os
import pathlib
from collections.abc import Sequence

import numpy as np

from fs_tf import data, digests, errors, files, models, runs
from fs_tf.density import fit, held_out
from fs_tf.density.real_nvp import FlowConfig, RealNVP
from fs_tf.training import embeddings
from fs_tf.training.versions import versions

_WEIGHTS = "flow.weights.h5"
_REPORT = "report.json"
_MADE_FROM = "flow.json"
# What a flow follows from beside its sample, relative to fs_tf.
CODE = ("density", "training/flows.py")

_LOGGER = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class DensityConfig:
    """How densities of embeddings are fitted; all of it is our choice.

    Attributes:
      embeddings: of each layer, a uniform subsample of those of all frames.
      held_out: share of the frames whose embeddings only stop the training.
      flow: shape of the flows.
      training: of the flows.
    """

    embeddings: int = 20_000
    held_out: float = 0.1
    flow: FlowConfig = FlowConfig()
    training: fit.FitConfig = fit.FitConfig()


def fit_flows(
    segmenter: models.DeepLabV3Plus,
    dataset: data.FrameDataset,
    layers: Sequence[str],
    config: DensityConfig,
    directory: os.PathLike,
    seed: int = 0,
) -> dict[str, tuple[RealNVP, fit.FitReport]]:
    """Returns the flow of every layer and how its training went.

    Args:
      segmenter: trained.
      dataset: frames with train ids.
      layers: names of feature maps.
      config: of samples and flows.
      directory: keeps finished samples and flows, which are read, not made again.
      seed: of samples, initial weights, shuffling and noise.

    Raises:
      KeyError: unknown layer.
      FileExistsError: the directory holds flows with other settings.
      ValueError: too few frames, or the loss is not finite.
    """
    directory = pathlib.Path(directory)
    samples = embeddings.sample_embeddings(
        segmenter, dataset, layers, config.embeddings, directory / "embeddings", seed
    )
    folders = runs.fresh(
        functools.partial(
            _claim, sample, config, directory / "flows" / layer, seed=seed
        )
        for layer, sample in samples.items()
    )
    return {
        layer: _flow(layer, sample, config, folder, seed)
        for (layer, sample), folder in zip(samples.items(), folders, strict=True)
    }


def _claim(sample, config, directory, seed) -> pathlib.Path:
    settings = {
        "embeddings": sample.digest,
        "config": dataclasses.asdict(config),
        "seed": seed,
        "code": digests.of_code(*CODE),
        "versions": versions(),
    }
    return runs.claim_directory(directory, _MADE_FROM, settings)


def _flow(layer, sample, config, directory, seed) -> tuple[RealNVP, fit.FitReport]:
    flow = RealNVP(sample.embeddings.shape[1], config.flow, seed)
    if (directory / _REPORT).exists():
        return flow, _loaded(flow, directory)
    rng = np.random.default_rng(seed)
    train, stop = held_out.held_out_split(sample.frames, config.held_out, rng)
    try:
        report = fit.fit(
            flow,
            sample.embeddings[train],
            sample.embeddings[stop],
            config.training,
            rng,
        )
    except errors.BadValue as error:
        raise errors.BadValue(
            f"Layer '{layer}': {error} Delete '{directory}' before the next attempt."
        ) from error
    _LOGGER.info(
        "Layer '%s': held-out NLL of the flow %.2f, of a Gaussian %.2f nats",
        *(layer, report.held_out_nll[report.best_epoch], report.gaussian_nll),
    )
    with files.writing(directory / _WEIGHTS) as partial:
        flow.save_weights(partial)
    # Written last: it says that the flow is finished.
    files.write_json(directory / _REPORT, dataclasses.asdict(report))
    return flow, report


def _loaded(flow: RealNVP, directory: pathlib.Path) -> fit.FitReport:
    """Sets the weights of a finished flow."""
    try:
        flow.load_weights(directory / _WEIGHTS)
        stored = json.loads(files.read_text(directory / _REPORT))
        stored["held_out_nll"] = tuple(stored["held_out_nll"])
        return fit.FitReport(**stored)
    except (OSError, ValueError, TypeError, KeyError, RuntimeError) as error:
        if getattr(error, "errno", None) is not None:
            raise  # The system's: nothing is damaged.
        raise errors.BadValue(
            f"The flow in '{directory}' is damaged: delete that folder, and it is "
            "made again."
        ) from error
