"""FS Web of June 2019: as in March, plus the blur and glow of a real camera."""

from fs_tf.overlay.alpha import smooth_alpha
from fs_tf.overlay.blur import depth_blur, radial_motion_blur
from fs_tf.overlay.color import adapt_brightness, color_noise, transfer_histogram
from fs_tf.overlay.fog import fog
from fs_tf.overlay.glow import glow
from fs_tf.overlay.placement import place_anywhere
from fs_tf.overlay.recipe import Recipe

RECIPE = Recipe(
    name="web_june_2019",
    prepare=(fog(probability=0.25),),
    place=place_anywhere(),
    stages=(
        smooth_alpha(radius=0.003),
        adapt_brightness(strength=0.6),
        transfer_histogram(strength=0.5),
        radial_motion_blur(strength=0.02),
        depth_blur(strength=0.002),
        color_noise(sigma=3.0),
        glow(strength=0.5),
    ),
)
