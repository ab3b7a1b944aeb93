"""FS Web of March 2019: cutouts found in the web, first blending (Section 3.3)."""

from fs_tf.overlay.alpha import smooth_alpha
from fs_tf.overlay.color import adapt_brightness, color_noise, transfer_histogram
from fs_tf.overlay.fog import fog
from fs_tf.overlay.placement import place_anywhere
from fs_tf.overlay.recipe import Recipe

RECIPE = Recipe(
    name="web_march_2019",
    prepare=(fog(probability=0.25),),
    place=place_anywhere(),
    stages=(
        smooth_alpha(radius=0.003),
        adapt_brightness(strength=0.6),
        transfer_histogram(strength=0.5),
        color_noise(sigma=3.0),
    ),
)
