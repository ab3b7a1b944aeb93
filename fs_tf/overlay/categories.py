"""Where in the image objects of a category are more likely to appear."""

# Section 3.2: mammals rather in the lower half, birds and aeroplanes rather in the
# upper. Names are those of Pascal VOC and common names of web cutouts.
MAMMALS = frozenset(
    "bear camel cat cow deer dog donkey elephant fox giraffe goat horse kangaroo lion "
    "monkey panda pig rabbit rhino sheep squirrel tiger wolf zebra".split()
)
FLYING = frozenset(
    "aeroplane airplane balloon bee bird butterfly drone duck eagle helicopter kite "
    "owl parrot pigeon plane".split()
)


def preferred_half(category: str) -> str | None:
    """Returns "lower", "upper" or None for a category name."""
    if category in MAMMALS:
        return "lower"
    return "upper" if category in FLYING else None
