"""The recipes by name; one file per dataset release."""

from fs_tf.overlay.recipes import static
from fs_tf.tables import by_name

RECIPES = by_name((static.RECIPE,))
