"""The segmenters by name."""

import dataclasses

from fs_tf import tables

_CONTEXT = ("aspp", "decoder")
_MOBILE_DROPOUT = tuple(f"expanded_conv_{block}" for block in (9, 12, 15))
_MOBILE_LAYERS = ("low_level", "encoder", *_CONTEXT)


@dataclasses.dataclass(frozen=True)
class Preset:
    """One architecture; the defaults are those of the published models.

    Attributes:
      name: of the preset.
      encoder: "mobilenet_v2", "xception_65" or "xception_71".
      width: multiplies the encoder's channels (MobileNetV2 only).
      depth: multiplies the encoder's blocks (MobileNetV2 only).
      context: what stands on the encoder, "aspp" or "dpc".
      atrous_rates: of ASPP at output stride 16; doubled at 8.
      channels: of ASPP or the dense prediction cell, and of the decoder.
      has_decoder: whether the decoder with low-level features follows.
      low_level_channels: to which the decoder projects low-level features.
      output_stride: of the encoder, unless the user asks for another.
      momentum: of the batch norm's moving statistics (our choice: Google's 0.9997
        suits 90,000 steps, which few users train).
      dropout_blocks: blocks of the encoder whose output drops in the Bayesian method,
        in order; Section 4.1 follows Mukhoti & Gal, who drop within the middle flow
        of Xception. The exact places are our choice.
      embedding_layers: feature maps whose embeddings may carry a density, from low to
        high; our choice, spread over the depth of the network.
    """

    name: str
    encoder: str
    width: float = 1.0
    depth: float = 1.0
    context: str = "aspp"
    atrous_rates: tuple[int, ...] = (6, 12, 18)
    channels: int = 256
    has_decoder: bool = True
    low_level_channels: int = 48
    output_stride: int = 16
    momentum: float = 0.99
    dropout_blocks: tuple[str, ...] = tuple(
        f"middle_unit{unit}" for unit in (4, 8, 12, 16)
    )
    embedding_layers: tuple[str, ...] = ("low_level", "middle_unit16", *_CONTEXT)


PRESETS = tables.by_name(
    [
        Preset("xception_71_dpc", "xception_71", context="dpc"),
        Preset("xception_71", "xception_71"),
        Preset("xception_65", "xception_65"),
        # As published for MobileNetV2: no atrous branches, no decoder.
        Preset(
            "mobilenet_v2",
            "mobilenet_v2",
            atrous_rates=(),
            has_decoder=False,
            dropout_blocks=_MOBILE_DROPOUT,
            embedding_layers=("low_level", "encoder", "aspp"),
        ),
        Preset(
            "mobilenet_v2_decoder",
            "mobilenet_v2",
            dropout_blocks=_MOBILE_DROPOUT,
            embedding_layers=_MOBILE_LAYERS,
        ),
        # Our choice, for tests and the demo: trains from scratch in minutes.
        Preset(
            "tiny",
            "mobilenet_v2",
            width=0.35,
            depth=1 / 3,
            channels=64,
            low_level_channels=16,
            momentum=0.95,
            dropout_blocks=tuple(f"expanded_conv_{block}" for block in (4, 5, 6)),
            embedding_layers=_MOBILE_LAYERS,
        ),
    ]
)
