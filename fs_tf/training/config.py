"""Hyperparameters of segmenter training."""

import dataclasses

from fs_tf import errors, tables


@dataclasses.dataclass(frozen=True)
class TrainingConfig:
    """How a segmenter is trained, with a polynomial learning rate.

    Attributes:
      name: key in `CONFIGS`.
      steps: number of updates; 0 keeps the initial weights as they are.
      batch_size: crops per update, over all devices.
      crop_size: (height, width) of the crops, in pixels; 16 k + 1 needs no padding.
      scales: (low, high, step) of the random scale.
      color_jitter: strength of random colors, see `augmentation.Augmentation`.
      class_balance: pixels count (share of their class) ** -class_balance in the
        cross entropy: 0, as published, alike; at 1 every class counts as much.
      optimizer: "sgd", as published, or "adam".
      learning_rate: at the first step; falls to 0 as (1 - step / steps) ** power.
      power: of that fall.
      momentum: of SGD; under Adam its beta 1.
      weight_decay: L2 coefficient of kernels; biases, batch norm and, as in
        DeepLab, depthwise kernels are free of it.
      clip_norm: largest global norm of the gradient, per device.
      encoder_rate: factor on the learning rate of the encoder, which starts from
        ImageNet while the rest starts from noise; 0 leaves its weights alone.
      frozen_batch_norm: "none", "encoder" or "all": whose batch norm keeps the
        statistics it starts with; scale and offset always learn.
      measure_batch_norm: whether the encoder's batch norm first takes the statistics
        of training crops, see `models.measure_batch_norm`; weights that lost theirs
        by folding always do.
      summary_steps: updates between TensorBoard summaries.
      checkpoint_steps: updates between checkpoints; one run keeps the last two.
    """

    name: str
    steps: int = 90_000
    batch_size: int = 8
    crop_size: tuple[int, int] = (769, 769)
    scales: tuple[float, float, float] = (0.5, 2.0, 0.25)
    color_jitter: float = 0.0
    class_balance: float = 0.0
    optimizer: str = "sgd"
    learning_rate: float = 0.007
    power: float = 0.9
    momentum: float = 0.9
    weight_decay: float = 4e-5
    clip_norm: float = 10.0
    encoder_rate: float = 1.0
    frozen_batch_norm: str = "none"
    measure_batch_norm: bool = False
    summary_steps: int = 10
    checkpoint_steps: int = 1000

    def __post_init__(self):
        for field, known in (
            ("frozen_batch_norm", ("none", "encoder", "all")),
            ("optimizer", ("sgd", "adam")),
        ):
            value = getattr(self, field)
            if value not in known:
                raise errors.BadValue(
                    f"`{field}` must be one of {', '.join(known)}; got '{value}'."
                )
        if not 0 <= self.class_balance <= 1:
            raise errors.BadValue(
                f"`class_balance` must lie between 0 and 1; got {self.class_balance}."
            )
        if self.steps < 0:
            raise errors.BadValue(f"`steps` must not be negative; got {self.steps}.")
        for field in ("batch_size", "summary_steps", "checkpoint_steps"):
            if getattr(self, field) < 1:
                raise errors.BadValue(
                    f"`{field}` must be positive; got {getattr(self, field)}."
                )


# Our choices, but for "paper", which follows the published DeepLab training.
CONFIGS = tables.by_name(
    [
        TrainingConfig(name="paper"),
        # Weights that need no training, such as the model zoo's.
        TrainingConfig(name="imported", steps=0),
        # To see the machinery run.
        TrainingConfig(
            name="smoke",
            steps=4,
            batch_size=2,
            crop_size=(64, 128),
            learning_rate=1e-4,
            summary_steps=1,
            checkpoint_steps=2,
        ),
        TrainingConfig(
            name="sample_world",
            steps=1200,
            batch_size=4,
            crop_size=(161, 321),
            scales=(0.75, 1.25, 0.25),
            learning_rate=0.1,
            checkpoint_steps=100,
        ),
        TrainingConfig(
            name="quarter_size",
            steps=3000,
            batch_size=4,
            crop_size=(193, 385),
            scales=(0.75, 1.75, 0.25),
            color_jitter=0.5,
            class_balance=0.5,
            optimizer="adam",
            learning_rate=1e-3,
            encoder_rate=0.1,
            measure_batch_norm=True,
            checkpoint_steps=250,
        ),
    ]
)

# How a segmenter that was trained with the configuration of the same name learns
# another scheme. Our choice: short and at a lower rate, because it starts from weights
# that already segment.
RETRAINING = tables.by_name(
    [
        dataclasses.replace(CONFIGS[name], steps=steps, learning_rate=learning_rate)
        for name, steps, learning_rate in (
            ("paper", 10_000, 1e-3),
            ("imported", 10_000, 1e-3),
            ("smoke", 2, 1e-5),
            ("sample_world", 80, 0.01),
            ("quarter_size", 200, 3e-4),
        )
    ]
)
