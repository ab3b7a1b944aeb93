"""Learned embedding densities by Real-NVP flows (Section 4.2, eqs. 6 to 8)."""

import pathlib
from collections.abc import Mapping, Sequence

import numpy as np
import tensorflow as tf
import tqdm

from fs_tf import data, errors, labels, models, training
from fs_tf.density import aggregation, real_nvp, reservoir
from fs_tf.methods import base, fitted, layer_choice

# Flow by layer.
Flows = Mapping[str, real_nvp.RealNVP]

# Validation pixels that the logistic regression is fitted on; our choice.
REGRESSION_PIXELS = 200_000


class _Flows(fitted.FittedScorer):
    """One flow per layer; the NLL of each, minus its mean in training (eq. 8)."""

    def __init__(
        self,
        segmenter: models.DeepLabV3Plus,
        config: training.DensityConfig = training.DensityConfig(),  # noqa: B008
    ):
        super().__init__(segmenter, config)
        self.layers: tuple[str, ...] = ()
        self._reports: dict[str, dict[str, float]] = {}

    @property
    def details(self) -> dict[str, object]:
        """See the base class."""
        return {
            "layers": list(self.layers),
            "mean_nll_in_nats": self._reports,
            **self.settings,
        }

    def fit(self, train, validation, directory, seed=0) -> None:
        """See the base class; fits the flows, which all scorers of them share.

        Raises:
          ValueError: a score that chooses or weighs layers, and no anomaly in
            `validation`.
        """
        layers = self.segmenter.preset.embedding_layers
        found = training.fit_flows(
            self.segmenter, train, layers, self.config, directory, seed
        )
        self._reports = {
            layer: {
                "held_out": report.held_out_nll[report.best_epoch],
                "held_out_of_a_gaussian": report.gaussian_nll,
            }
            for layer, (_, report) in found.items()
        }
        flows = {layer: flow for layer, (flow, _) in found.items()}
        kept = self._chosen(flows, validation, directory, seed)
        self.layers, self._flows = tuple(kept), tuple(kept.values())

    def nlls(self, inputs: tf.Tensor) -> tf.Tensor:
        """Returns the normalised NLL of every layer, float32 [B, H, W, L] in nats."""
        if not self.layers:
            raise ValueError(f"{type(self).__name__} must be fitted before it scores.")
        return self._nlls(dict(zip(self.layers, self._flows, strict=True)), inputs)

    def _nlls(self, flows: Flows, inputs: tf.Tensor) -> tf.Tensor:
        outputs = self.segmenter(inputs)
        maps = [
            layer_choice.resized(flow.normalized_nll(outputs[layer]), inputs)
            for layer, flow in flows.items()
        ]
        return tf.stack(maps, axis=-1)

    def _chosen(
        self,
        flows: Flows,
        validation: data.FrameDataset,
        directory: pathlib.Path,
        seed: int,
    ) -> Flows:
        """Returns the flows that the score needs."""
        del validation, directory, seed
        return flows


class SingleLayer(_Flows):
    """The NLL of one layer, chosen on the validation split."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._precision: dict[str, float] = {}

    @property
    def details(self) -> dict[str, object]:
        """See the base class."""
        return {**super().details, "validation_AP": self._precision}

    def _chosen(self, flows, validation, directory, seed):
        """The flow with the best average precision on the validation split."""

        def layer_scores(outputs):
            return {
                layer: flow.normalized_nll(outputs[layer])
                for layer, flow in flows.items()
            }

        self._precision = self._layer_precision(
            layer_scores, validation, directory, seed
        )
        layer = max(self._precision, key=self._precision.get)
        return {layer: flows[layer]}

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
    def settings(self) -> dict[str, object]:
        """See the base class."""
        return {**super().settings, "regression_pixels": REGRESSION_PIXELS}

    @property
    def details(self) -> dict[str, object]:
        """See the base class."""
        weights = self.regression.weights.numpy().tolist() if self.regression else []
        return {**super().details, "weights": weights}

    def _chosen(self, flows, validation, directory, seed):
        """All flows, after the regression is fitted."""

        def fit() -> dict[str, object]:
            pixels = self._pixels(flows, validation, seed)
            try:
                fitted = aggregation.fit_logistic_regression(**pixels)
            except errors.BadValue as error:
                raise errors.BadValue(
                    f"'{validation.name}', split '{validation.split}': {error}"
                ) from error
            return fitted.coefficients()

        coefficients = self._remembered(fit, validation, directory, seed)
        self.regression = aggregation.LogisticRegression(**coefficients)
        return flows

    def score(self, inputs: tf.Tensor) -> tf.Tensor:
        """See the base class; log odds."""
        nlls = self.nlls(inputs)
        return self.regression(nlls)

    def _pixels(self, flows: Flows, validation: data.FrameDataset, seed: int):
        """Returns a uniform sample of the valid pixels of all validation images."""
        kept = reservoir.Reservoir(REGRESSION_PIXELS, np.random.default_rng(seed))
        nlls = tf.function(
            lambda image: self._nlls(flows, models.preprocess(image))[0],
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
