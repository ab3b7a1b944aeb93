"""FS Static: Pascal VOC objects on Cityscapes validation frames."""

from fs_tf.overlay.alpha import smooth_alpha
from fs_tf.overlay.color import adapt_brightness, color_noise
from fs_tf.overlay.placement import place_anywhere
from fs_tf.overlay.recipe import Recipe

RECIPE = Recipe(
    name="static",
    place=place_anywhere(),
    stages=(
        smooth_alpha(radius=0.002),
        adapt_brightness(strength=0.4),
        color_noise(sigma=2.0),
    ),
)
