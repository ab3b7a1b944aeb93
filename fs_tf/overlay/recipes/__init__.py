"""The recipes by name; one file per dataset release."""

from fs_tf.overlay.recipes import static, web_june_2019, web_march_2019
from fs_tf.tables import by_name

RECIPES = by_name((static.RECIPE, web_march_2019.RECIPE, web_june_2019.RECIPE))
