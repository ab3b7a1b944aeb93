"""Reading prepared datasets back."""

import pytest
import tensorflow as tf

from fs_tf import data


def dataset(path):
    """Frames that stand in a TFRecord file as TFDS writes them."""
    features = {"image_id": tf.io.FixedLenFeature([], tf.string)}

    def example(record):
        parsed = tf.io.parse_single_example(record, features)
        pixels = tf.zeros([2, 4, 3], tf.uint8)
        return {**parsed, "image_left": pixels, "mask": pixels[..., :1]}

    return data.FrameDataset(
        name="arrays/1.0.0",
        split="validation",
        size=2,
        digest="0",
        target=data.frames.MASK,
        examples=tf.data.TFRecordDataset(str(path)).map(example),
    )


def write(path):
    with tf.io.TFRecordWriter(str(path)) as writer:
        for name in (b"0000", b"0001"):
            value = tf.train.Feature(bytes_list=tf.train.BytesList(value=[name]))
            feature = tf.train.Features(feature={"image_id": value})
            writer.write(tf.train.Example(features=feature).SerializeToString())


def test_frames_come_in_order_with_flat_targets(tmp_path):
    write(tmp_path / "whole")
    frames = list(dataset(tmp_path / "whole").frames())
    assert [image_id for image_id, _, _ in frames] == ["0000", "0001"]
    assert frames[0][1].shape == (2, 4, 3) and frames[0][2].shape == (2, 4)


def test_a_truncated_file_is_a_sentence(tmp_path):
    write(tmp_path / "whole")
    content = (tmp_path / "whole").read_bytes()
    (tmp_path / "cut").write_bytes(content[:-5])
    with pytest.raises(ValueError, match="is damaged .*delete its folder"):
        list(dataset(tmp_path / "cut").frames())
