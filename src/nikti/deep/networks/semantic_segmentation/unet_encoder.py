"""A U-Net whose way down is a residual network of timm, so that weights learned from many photos can be its
start; the way up is learned anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nikti.core.words import Words
from nikti.deep.answers.mask import WINDOW, windows
from nikti.deep.methods import CONVOLUTIONAL
from nikti.deep.networks.semantic_segmentation.unet import recipe  # noqa: F401  steps as there

if TYPE_CHECKING:
    from torch import Tensor, nn

    from nikti.deep.shapes import ImageShape

TITLE = Words(en="U-Net on a residual network", bn="রেসিডুয়াল নেটওয়ার্কের উপর ইউ-নেট (U-Net)")
PRESETS = ("best",)
METHOD = CONVOLUTIONAL
REPRESENTS = False
RECIPE = {"epochs": 20, "min_steps": 300, "max_epochs": 60, "label_smoothing": 0.0}
CANDIDATES = ({"variant": "resnet18", "lr": 1e-3, "weight_decay": 1e-2},)
#: As in `image_classification/resnet.py`: the same files fit. Masks need the pictures' own size.
PRETRAINED = {
    "models": {
        "resnet18.a1_in1k": {"variant": "resnet18"},
        "resnet18.tv_in1k": {"variant": "resnet18"},
        "resnet34.a1_in1k": {"variant": "resnet34"},
    },
    "sign": "layer1.0.conv1.weight",
    "head": ("fc.",),
    "layers": ("conv1.", "bn1.", "layer1.", "layer2.", "layer3.", "layer4."),
    "part": "down",
    "encoding": {"max_size": 512},
}

#: Channels of the maps on the way up, from the coarsest.
WIDTHS = (128, 64, 48, 32, 16)
#: Multiplications per pixel of the way down (timm's counts at 224 px over 224 squared) and up, and training
#: seconds per multiplication, one thread, measured.
PRODUCTS, PRODUCTS_UP = {"resnet18": 3.6e4, "resnet34": 7.3e4}, 2.0e4
SECONDS_PER_PRODUCT = 1.1e-10


def build(shape: ImageShape, outputs: int, variant: str = "resnet18") -> nn.Module:
    """[B, C, H, W] -> logits [B, outputs, H, W], of any size."""
    import timm
    from torch import nn

    from nikti.deep.networks.semantic_segmentation._parts import climb, double, padded

    class EncoderUNet(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.down = timm.create_model(
                variant, features_only=True, in_chans=shape.channels, zero_init_last=False
            )
            channels = [shape.channels, *list(self.down.feature_info.channels())]
            beside, deepest = channels[:-1], channels[-1]
            sizes = zip([deepest, *WIDTHS[:-1]], reversed(beside), WIDTHS, strict=True)
            self.up = nn.ModuleList(double(below + across, width) for below, across, width in sizes)
            self.head = nn.Conv2d(WIDTHS[-1], outputs, 1)

        def forward(self, images: Tensor) -> Tensor:
            high, wide = images.shape[2:]
            x = padded(images, 2 ** len(WIDTHS))
            maps = [x, *list(self.down(x))]
            return self.head(climb(self.up, maps[-1], maps[:-1]))[:, :, :high, :wide]

    return EncoderUNet()


def accepts(shape: ImageShape, outputs: int, n: int) -> Words | None:
    """Images of any size."""
    return None


def seconds_per_sample(shape: ImageShape, outputs: int, variant: str = "resnet18") -> float:
    """Training seconds of one sample: of its windows."""
    pixels = windows(shape.size) * min(shape.size, WINDOW) ** 2
    return SECONDS_PER_PRODUCT * (PRODUCTS[variant] + PRODUCTS_UP) * pixels
