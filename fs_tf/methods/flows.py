"""Learned embedding densities by Real-NVP flows (Section 4.2, eqs. 6 to 8)."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import tensorflow as tf
import tqdm

from fs_tf import data, labels, models, training
from fs_tf.density import aggregation, reservoir
from fs_tf.methods import base, layer_choice

# Validation pixels that the logistic regression is fitted on; our choice.
REGRESSION_PIXELS = 200_000


class _Flows(base.SegmenterScorer):
    """One flow per layer; the NLL of each, minus its mean in training (eq. 8)."""

    needs_fit = True

    def __init__(
        self,
        segmenter: models.DeepLabV3Plus,
        config: training.DensityConfig = training.DensityConfig(),  # noqa: B008
    ):
        super().__init__(segmenter)
        self.config = config
        self.layers: tuple[str, ...] = ()
        self._reports: dict[str, dict[str, float]] = {}

    @property
    def details(self) -> dict[str, object]:
        """See the base class."""
        return {
            "layers": list(self.layers),
            "mean_nll_in_nats": self._reports,
            **dataclasses.asdict(self.config),
        }

    def fit(self, train, validation, directory, seed=0) -> None:
        """See the base class; fits the flows, which all scorers of them share."""
        layers = self.segmenter.preset.embedding_layers
        fitted = training.fit_flows(
            self.segmenter, train, layers, self.config, directory, seed
        )
        self._reports = {
            layer: {
                "held_out": report.held_out_nll[report.best_epoch],
                "held_out_of_a_gaussian": report.gaussian_nll,
            }
            for layer, (_, report) in fitted.items()
        }
        self._keep({layer: flow for layer, (flow, _) in fitted.items()})

    def nlls(self, inputs: tf.Tensor) -> tf.Tensor:
        """Returns the normalised NLL of every layer, float32 [B, H, W, L] in nats."""
        if not self.layers:
            raise ValueError(f"{type(self).__name__} must be fitted before it scores.")
        outputs = self.segmenter(inputs)
        maps = [
            layer_choice.resized(flow.normalized_nll(outputs[layer]), inputs)
            for layer, flow in zip(self.layers, self._flows, strict=True)
        ]
        return tf.stack(maps, axis=-1)

    def _keep(self, flows) -> None:
        self.layers = tuple(flows)
        self._flows = tuple(flows.values())


class SingleLayer(_Flows):
    """The NLL of one layer, chosen on the validation split."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._precision: dict[str, float] = {}

    @property
    def details(self) -> dict[str, object]:
        """See the base class."""
        return {**super().details, "validation_AP": self._precision}

    def fit(self, train, validation, directory, seed=0) -> None:
        """See the base class.

        Raises:
          ValueError: no anomaly in `validation`.
        """
        super().fit(train, validation, directory, seed)
        flows = dict(zip(self.layers, self._flows, strict=True))
        self._precision = layer_choice.validation_precision(
            self.segmenter,
            lambda outputs: {
                layer: flow.normalized_nll(outputs[layer])
                for layer, flow in flows.items()
            },
            validation,
        )
        chosen = max(self._precision, key=self._precision.get)
        self._keep({chosen: flows[chosen]})

    def score(self, inputs: tf.Tensor) -> tf.Tensor:
        """See the base class; in nats."""
        return self.nlls(inputs)[..., 0]


class Minimum(_Flows):
    """The smallest NLL of all layers."""

    def score(self, inputs: tf.Tensor) -> tf.Tensor:
        """See the base class; in nats."""
        return aggregation.minimum(self.nlls(inputs))


class LogisticRegression(_Flows):
    """A weighted sum of the layers' NLLs, fitted on validation pixels."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.regression: aggregation.LogisticRegression | None = None

    @property
    def details(self) -> dict[str, object]:
        """See the base class."""
        weights = self.regression.weights.numpy().tolist() if self.regression else []
        return {**super().details, "weights": weights}

    def fit(self, train, validation, directory, seed=0) -> None:
        """See the base class.

        Raises:
          ValueError: no anomaly in `validation`.
        """
        super().fit(train, validation, directory, seed)
        pixels = self._pixels(validation, seed)
        self.regression = aggregation.fit_logistic_regression(
            pixels["nlls"], pixels["is_anomaly"]
        )

    def score(self, inputs: tf.Tensor) -> tf.Tensor:
        """See the base class; log odds."""
        return self.regression(self.nlls(inputs))

    def _pixels(self, validation: data.FrameDataset, seed: int):
        """Returns a uniform sample of the valid pixels of all validation images."""
        kept = reservoir.Reservoir(REGRESSION_PIXELS, np.random.default_rng(seed))
        nlls = tf.function(
            lambda image: self.nlls(models.preprocess(image))[0],
            input_signature=[tf.TensorSpec([1, None, None, 3], tf.uint8)],
        )
        frames = tqdm.tqdm(validation.frames(), "pixels", validation.size, unit="image")
        for _, image, mask in frames:
            is_valid = mask != labels.VOID
            rows = nlls(image[np.newaxis]).numpy()[is_valid]
            is_anomaly = mask[is_valid] == labels.ANOMALY
            kept.add({"nlls": rows, "is_anomaly": is_anomaly})
        return kept.rows()


def _method(name: str, score: str, description: str, build, **flags) -> base.Method:
    return base.Method(
        name=name,
        family="Learned embedding density",
        score=score,
        description=(
            "Real-NVP flows learn the density of the embeddings of training frames; "
            f"NLLs are taken minus their mean in training. {description}"
        ),
        build=build,
        **flags,
    )


METHODS: Sequence[base.Method] = (
    _method(
        "flow_single_layer",
        "single-layer NLL",
        "The score is the NLL of one layer, the best one on validation images.",
        SingleLayer,
    ),
    _method(
        "flow_minimum",
        "minimum NLL",
        "The score is the smallest NLL of all layers at a pixel.",
        Minimum,
    ),
    _method(
        "flow_logistic_regression",
        "logistic regression",
        "The score is the log odds of a logistic regression on the NLLs of all "
        "layers, fitted on validation images with anomalies.",
        LogisticRegression,
        needs_ood_data=True,
    ),
)
