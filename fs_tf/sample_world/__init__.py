"""A small license-free world in the raw layouts of the real downloads."""

from fs_tf.sample_world.world import SampleWorld as SampleWorld
from fs_tf.sample_world.world import write_sample_world as write_sample_world
