"""One training step of a segmenter, and the state that a checkpoint holds."""

import keras
import numpy as np
import tensorflow as tf

from fs_tf import models
from fs_tf.training import optimizers
from fs_tf.training.config import TrainingConfig
from fs_tf.training.schemes import Scheme


class Trainer:
    """A segmenter with its optimizer and the update of one batch."""

    def __init__(
        self,
        segmenter,
        scheme: Scheme,
        config: TrainingConfig,
        seed: int,
        class_weights: np.ndarray | None = None,
    ):
        self.segmenter = segmenter
        self._class_weights = class_weights
        self.scheme = scheme
        self.config = config
        self._seed = seed
        self._strategy = tf.distribute.get_strategy()
        if config.frozen_batch_norm != "none":
            is_all = config.frozen_batch_norm == "all"
            models.freeze_batch_norm(segmenter if is_all else segmenter.encoder)
        encoder = {v.path for v in segmenter.encoder.trainable_variables}
        self._variables = segmenter.trainable_variables
        if not config.encoder_rate:  # without its gradient a step takes half the time
            self._variables = [v for v in self._variables if v.path not in encoder]
        rates = [
            config.encoder_rate if v.path in encoder else 1.0 for v in self._variables
        ]
        self._optimizer = optimizers.optimizer(config, rates)
        self._optimizer.build(self._variables)
        # A loss-scaled optimizer does not count the updates that it skips.
        self._step = tf.Variable(0, trainable=False, dtype=tf.int64)
        # Variables are listed one by one: tf.train.Checkpoint does not find those
        # of every Keras 3 layer by itself.
        self.checkpoint = tf.train.Checkpoint(
            step=self._step,
            model=[v.value for v in segmenter.variables],
            optimizer=[v.value for v in self._optimizer.variables],
        )

    @property
    def step(self) -> int:
        """Number of updates so far."""
        return int(self._step.numpy())

    @property
    def learning_rate(self) -> tf.Tensor:
        """That of the next update."""
        return self._optimizer.learning_rate

    @tf.function
    def is_finite(self) -> tf.Tensor:
        """Whether all weights and statistics are finite numbers."""
        values = [v.value for v in self.segmenter.variables if "float" in v.dtype]
        finite = [tf.reduce_all(tf.math.is_finite(value)) for value in values]
        return tf.reduce_all(finite)

    @tf.function
    def update(self, batch) -> tf.Tensor:
        """One step; returns the mean loss."""
        loss = self._strategy.run(self._replica_update, batch)
        self._step.assign_add(1)
        return self._strategy.reduce(tf.distribute.ReduceOp.MEAN, loss, axis=None)

    def _replica_update(self, image, labels):
        with tf.GradientTape() as tape:
            outputs = self.segmenter(
                models.preprocess(image), training=True, after_block=self._dropout()
            )
            logits = tf.cast(outputs["logits"], tf.float32)
            loss = self.scheme.loss(labels, logits, self._class_weights)
            objective = loss + self._weight_penalty()
            # The optimizer sums over replicas.
            objective /= self._strategy.num_replicas_in_sync
            if isinstance(self._optimizer, keras.optimizers.LossScaleOptimizer):
                objective = self._optimizer.scale_loss(objective)
        gradients = tape.gradient(objective, self._variables)
        self._optimizer.apply(gradients, self._variables)
        return loss

    def _dropout(self):
        """Drops other elements in every step and on every device."""
        if not self.scheme.dropout_rate:
            return None
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        replicas = self._strategy.num_replicas_in_sync
        position = self._step * replicas + tf.cast(replica, tf.int64)
        seed = tf.stack([tf.constant(self._seed, tf.int64), position])
        return models.stateless_dropout(self.segmenter, self.scheme.dropout_rate, seed)

    def _weight_penalty(self) -> tf.Tensor:
        kernels = [v for v in self._variables if v.name == "weights"]
        squares = [tf.nn.l2_loss(tf.cast(kernel, tf.float32)) for kernel in kernels]
        return self.config.weight_decay * tf.add_n(squares)
