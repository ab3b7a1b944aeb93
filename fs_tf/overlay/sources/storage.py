"""How an image file stores its pixels."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Storage:
    """What the header of a complete file says.

    Attributes:
      kind: "PNG" or "JPEG".
      bits: per channel, or per palette index.
      colors: "grey", "RGB", "palette" or "CMYK".
      has_alpha: some pixels may be transparent.
      is_plain: nothing beside the pixels makes programs show them differently, such as
        a rotation or further frames.
    """

    kind: str
    bits: int
    colors: str
    has_alpha: bool = False
    is_plain: bool = True

    def __str__(self) -> str:
        alpha = " with transparency" if self.has_alpha else ""
        return f"a {self.kind} of {self.bits}-bit {self.colors}{alpha}"
