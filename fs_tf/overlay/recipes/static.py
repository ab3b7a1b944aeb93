"""FS Static: Pascal VOC objects on Cityscapes validation frames (Section 3.2)."""

from fs_tf.overlay.alpha import smooth_alpha
from fs_tf.overlay.blur import depth_blur
from fs_tf.overlay.color import adapt_brightness, color_noise, transfer_histogram
from fs_tf.overlay.fog import fog
from fs_tf.overlay.placement import place_anywhere
from fs_tf.overlay.recipe import Recipe

RECIPE = Recipe(
    name="static",
    prepare=(fog(probability=0.25),),
    place=place_anywhere(),
    stages=(
        smooth_alpha(radius=0.002),
        adapt_brightness(strength=0.5),
        transfer_histogram(strength=0.3),
        depth_blur(strength=0.001),
        color_noise(sigma=2.0),
    ),
)
