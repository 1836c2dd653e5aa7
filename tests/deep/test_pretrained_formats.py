"""Weights from other collections give, under timm's names, what they give in their own network."""

import json

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.errors import UnknownName
from nikti.deep import backbone, foreign_names, pretrained, side
from nikti.deep.layers import Layers
from nikti.deep.shapes import ImageShape
from nikti.tasks.image_classification import TASK

FOLDER = "deep/networks/image_classification"
SIZE = 32


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    torch.set_num_threads(1)


def family(name):
    return catalogue.load(FOLDER, name)


def lively(network):
    """Every weight matters: normalisation and layer scales away from 0 and 1, running means too."""
    import torch

    generator = torch.Generator().manual_seed(1)
    for tensor in network.state_dict().values():
        if tensor.is_floating_point() and (tensor.ndim < 2 or tensor.shape[1:] == (1, 1)):
            tensor.copy_(0.5 + torch.rand(tensor.shape, generator=generator))
    return network.eval()


#: family, its size, torchvision's network, and what of it gives the features
CASES = [
    ("resnet", "resnet18", lambda tv: tv.resnet18(), "fc"),
    ("efficientnet", "efficientnet_b0", lambda tv: tv.efficientnet_b0(), "classifier"),
    ("vgg", "vgg11_bn", lambda tv: tv.vgg.make_layers(tv.vgg.cfgs["A"], batch_norm=True), None),
    ("convnext", "convnext_tiny", lambda tv: tv.convnext_tiny(), "classifier.2"),
]


@pytest.mark.parametrize(("name", "size", "build", "head"), CASES, ids=[case[1] for case in CASES])
def test_torchvision_weights_make_the_same_features(name, size, build, head, tmp_path):
    import torch
    import torchvision.models as tv
    from safetensors.torch import save_file

    torch.manual_seed(0)
    theirs = lively(build(tv))
    prefix = "features." if head is None else ""
    save_file(
        {prefix + n: t.contiguous() for n, t in theirs.state_dict().items()}, tmp_path / "w.safetensors"
    )
    found = pretrained.find(family(name), tmp_path / "w.safetensors")
    assert found.params["variant"] == size  # told by the shapes alone
    ours, width = backbone.build(family(name), ImageShape(3, SIZE), found.params)
    assert width == found.width
    found.load_into(ours)
    if head is None:
        theirs = torch.nn.Sequential(theirs, torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
    else:
        above, _, last = head.rpartition(".")
        setattr(theirs.get_submodule(above), last, torch.nn.Identity())
    images = torch.randn(2, 3, SIZE, SIZE)
    with torch.inference_mode():
        expected = theirs(images).flatten(1)
        scale = expected.abs().mean()
        np.testing.assert_allclose(ours.eval()(images) / scale, expected / scale, atol=2e-3)


def test_torchvision_vit_under_timms_names():
    """A small one of one block; timm keeps the three projections in one tensor as torchvision does."""
    import timm
    import torch
    import torchvision.models as tv

    torch.manual_seed(0)
    theirs = lively(
        tv.VisionTransformer(
            image_size=32, patch_size=8, num_layers=1, num_heads=2, hidden_dim=16, mlp_dim=64, num_classes=3
        )
    )
    ours = timm.models.VisionTransformer(
        img_size=32, patch_size=8, depth=1, num_heads=2, embed_dim=16, num_classes=3
    ).eval()
    ours.load_state_dict(foreign_names.translated(theirs.state_dict()))
    images = torch.randn(2, 3, 32, 32)
    with torch.inference_mode():
        np.testing.assert_allclose(ours(images), theirs(images), atol=1e-4)


def test_transformers_names():
    """One name of each kind, as transformers writes them (its modeling files)."""
    import torch

    block = "vit.encoder.layer.3.attention.attention"
    vit = foreign_names.translated(
        {
            f"{block}.{part}.weight": torch.full((2, 2), number)
            for number, part in enumerate(("query", "key", "value"))
        }
    )
    assert vit["blocks.3.attn.qkv.weight"][:, 0].tolist() == [0, 0, 1, 1, 2, 2]
    resnet = foreign_names.to_timm(
        [
            "resnet.embedder.embedder.convolution.weight",
            "resnet.encoder.stages.1.layers.0.shortcut.normalization.bias",
            "resnet.encoder.stages.3.layers.1.layer.0.convolution.weight",
        ]
    )
    assert list(resnet.values()) == ["conv1.weight", "layer2.0.downsample.1.bias", "layer4.1.conv1.weight"]
    convnext = foreign_names.to_timm(
        [
            "convnext.encoder.stages.2.layers.1.layer_scale_parameter",
            "convnext.encoder.stages.2.layers.1.pwconv2.bias",
            "convnext.encoder.stages.1.downsampling_layer.0.weight",
            "convnext.layernorm.weight",
        ]
    )
    assert list(convnext.values()) == [
        "stages.2.blocks.1.gamma", "stages.2.blocks.1.mlp.fc2.bias",
        "stages.1.downsample.0.weight", "head.norm.weight",
    ]  # fmt: skip


def test_what_the_weights_were_learned_on_is_read_beside_them(tmp_path):
    from safetensors.torch import save_file

    network = family("vit").build(ImageShape(3, 224), 5, variant="vit_tiny", patch=16)
    save_file(network.state_dict(), tmp_path / "model.safetensors")
    timm_says = {
        "architecture": "vit_tiny_patch16_224",
        "pretrained_cfg": {"mean": [0.5] * 3, "std": [0.4] * 3},
    }
    (tmp_path / "config.json").write_text(json.dumps(timm_says))
    found = pretrained.find(family("vit"), tmp_path)
    assert found.encoding["mean"] == (0.5,) * 3 and found.encoding["std"] == (0.4,) * 3
    assert (found.encoding["min_size"], found.encoding["max_size"]) == (64, 128)
    # Positions learned at 224 px serve images of 64.
    small = family("vit").build(ImageShape(3, 64), 2, **found.params)
    found.load_into(small)
    assert small.pos_embed.shape == (1, 17, 192)
    np.testing.assert_array_equal(small.pos_embed[0, 0].detach(), network.pos_embed[0, 0].detach())
    (tmp_path / "config.json").unlink()
    (tmp_path / "preprocessor_config.json").write_text(
        json.dumps({"image_mean": [0.1] * 3, "image_std": [0.2] * 3})
    )
    assert pretrained.find(family("vit"), tmp_path).source["mean"] == [0.1] * 3


def test_sizes_are_contenders_by_name():
    for size, base in (("resnet34", "resnet"), ("vgg16_bn", "vgg"), ("efficientnet_b2", "efficientnet"),
                       ("convnext_pico", "convnext"), ("vit_small", "vit")):  # fmt: skip
        contender = side.contender(size, TASK, {})
        assert contender.network_name == base and size in contender.title.en
        assert {c["variant"] for c in contender.network.CANDIDATES} == {size}
        assert size in side.sizes(TASK, {"pretrained": "never"}) and size not in side.names(TASK)
    with pytest.raises(UnknownName, match="Did you mean 'resnet50'"):
        side.contender("resnet51", TASK, {})


def test_weights_of_one_size_are_not_another_ones(tmp_path):
    from safetensors.torch import save_file

    network = family("resnet").build(ImageShape(3, 64), 5, variant="resnet10t", stem="photo")
    save_file(network.state_dict(), tmp_path / "model.safetensors")
    config = {"architecture": "resnet10t", "num_features": 512, "pretrained_cfg": {"input_size": [3, 64, 64]}}
    config["nikti"] = {"network": "resnet", "params": {"variant": "resnet10t", "stem": "photo"}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    offered = side.sizes(TASK, {"pretrained": str(tmp_path)})
    assert {name for name in offered if "_" in name and name.startswith("resnet")} == {
        "resnet10t_pretrained", "resnet10t_frozen",
    }  # fmt: skip


def test_layers_learn_at_rising_rates():
    """Of every family: the first layer least, the head fully, no layer forgotten in between."""
    import torch

    for name in ("resnet", "efficientnet", "vgg", "convnext", "vit", "small_cnn"):
        module = family(name)
        with torch.device("meta"):
            network = module.build(ImageShape(3, 64), 2)
        layers = Layers(module.PRETRAINED["layers"], module.PRETRAINED["head"])
        shares = [
            layers.share(n, 0.1) for n, _ in network.named_parameters() if not n.startswith(layers.head)
        ]
        assert min(shares) == pytest.approx(0.1)
        heads = [n for n, _ in network.named_parameters() if n.startswith(layers.head)]
        assert heads and all(layers.share(n, 0.1) == 1 for n in heads)
        # what no layer claims is a norm behind the last
        assert all("norm" in n for n, _ in network.named_parameters()
                   if layers.share(n, 0.1) == 1 and not n.startswith(layers.head)), name  # fmt: skip
