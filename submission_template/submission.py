"""Copy this folder, put your model in, and run it: it writes a submission.

    python submission.py --output=my_submission

A submission is a SavedModel whose signature `serving_default` maps

    image          uint8   [B, H, W, 3], RGB, any B, H, W
    anomaly_score  float32 [B, H, W], finite; higher is more anomalous, any scale

and whose optional signature `segmentation` maps the image to `segmentation`, int32
[B, H, W], Cityscapes train ids 0..18. Nothing but TensorFlow is needed; the evaluator
runs the SavedModel alone, without this file.
"""

import argparse
import json
import pathlib

import tensorflow as tf

IMAGE = tf.TensorSpec([None, None, None, 3], tf.uint8, "image")

# The texts and flags of your leaderboard row.
ROW = {
    "title": "Colour distance",
    "score": "distance to the mean colour",
    "needs_retraining": False,
    "needs_ood_data": False,
}


class Submission(tf.Module):
    """An example that works: how far a pixel's colour is from the image's mean."""

    @tf.function(input_signature=[IMAGE])
    def anomaly_score(self, image):
        """Your method; variables and files that it needs belong to this module."""
        color = tf.cast(image, tf.float32)
        mean = tf.reduce_mean(color, axis=[1, 2], keepdims=True)
        return {"anomaly_score": tf.norm(color - mean, axis=-1)}

    # A segmentation, if your method has one, goes here in the same way:
    #   {"segmentation": int32 [B, H, W]}, and into `signatures` below.


def write(output: pathlib.Path) -> None:
    """Writes the SavedModel and its leaderboard row."""
    submission = Submission()
    signatures = {"serving_default": submission.anomaly_score}
    tf.saved_model.save(submission, str(output), signatures)
    text = json.dumps(ROW, indent=2) + "\n"
    (output / "submission.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=pathlib.Path, required=True)
    write(parser.parse_args().output)
