"""Names of a network's weights in other collections, as timm names them, whose networks are used here.

torchvision's EfficientNet, ConvNeXt and ViT, and the ResNet, ConvNeXt and ViT of Hugging Face's transformers
are the same networks under other names (torchvision's ResNet and VGG under the same).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any


def _block(part: str) -> Any:
    """torchvision counts the stages of EfficientNet from 1."""
    return lambda m: f"blocks.{int(m[1]) - 1}.{m[2]}.{part}"


def _stage(part: str) -> Any:
    """torchvision counts stages of ConvNeXt and the halvings between them together."""
    return lambda m: f"stages.{int(m[1]) // 2}.blocks.{m[2]}.{part}"


_HF_CONVNEXT = r"(?:convnext\.)?encoder\.stages\.(\d)\.layers\.(\d+)\."

#: {collection: [(pattern, what timm calls it)]}. A collection is meant if its first pattern, which only
#: it has, is among the names. A trailing ":0" is a third of a tensor that timm has as one.
RULES: dict[str, list[tuple[str, Any]]] = {
    "torchvision EfficientNet": [
        (r"features\.1\.(\d+)\.block\.0\.0\.", r"blocks.0.\1.conv_dw."),
        (r"features\.1\.(\d+)\.block\.0\.1\.", r"blocks.0.\1.bn1."),
        (r"features\.1\.(\d+)\.block\.1\.fc1\.", r"blocks.0.\1.se.conv_reduce."),
        (r"features\.1\.(\d+)\.block\.1\.fc2\.", r"blocks.0.\1.se.conv_expand."),
        (r"features\.1\.(\d+)\.block\.2\.0\.", r"blocks.0.\1.conv_pw."),
        (r"features\.1\.(\d+)\.block\.2\.1\.", r"blocks.0.\1.bn2."),
        (r"features\.0\.0\.", "conv_stem."),
        (r"features\.0\.1\.", "bn1."),
        (r"features\.8\.0\.", "conv_head."),
        (r"features\.8\.1\.", "bn2."),
        (r"features\.(\d)\.(\d+)\.block\.0\.0\.", _block("conv_pw.")),
        (r"features\.(\d)\.(\d+)\.block\.0\.1\.", _block("bn1.")),
        (r"features\.(\d)\.(\d+)\.block\.1\.0\.", _block("conv_dw.")),
        (r"features\.(\d)\.(\d+)\.block\.1\.1\.", _block("bn2.")),
        (
            r"features\.(\d)\.(\d+)\.block\.2\.fc1\.",
            _block("se.conv_reduce."),
        ),
        (
            r"features\.(\d)\.(\d+)\.block\.2\.fc2\.",
            _block("se.conv_expand."),
        ),
        (r"features\.(\d)\.(\d+)\.block\.3\.0\.", _block("conv_pwl.")),
        (r"features\.(\d)\.(\d+)\.block\.3\.1\.", _block("bn3.")),
        (r"classifier\.1\.", "classifier."),
    ],
    "torchvision ConvNeXt": [
        (r"features\.(\d)\.(\d+)\.layer_scale$", _stage("gamma")),
        (r"features\.(\d)\.(\d+)\.block\.0\.", _stage("conv_dw.")),
        (r"features\.(\d)\.(\d+)\.block\.2\.", _stage("norm.")),
        (r"features\.(\d)\.(\d+)\.block\.3\.", _stage("mlp.fc1.")),
        (r"features\.(\d)\.(\d+)\.block\.5\.", _stage("mlp.fc2.")),
        (r"features\.0\.(\d)\.", r"stem.\1."),
        (r"features\.(\d)\.(\d)\.", lambda m: f"stages.{int(m[1]) // 2}.downsample.{m[2]}."),
        (r"classifier\.0\.", "head.norm."),
        (r"classifier\.2\.", "head.fc."),
    ],
    "torchvision ViT": [
        (r"encoder\.layers\.encoder_layer_(\d+)\.self_attention\.in_proj_", r"blocks.\1.attn.qkv."),
        (r"encoder\.layers\.encoder_layer_(\d+)\.self_attention\.out_proj\.", r"blocks.\1.attn.proj."),
        (r"encoder\.layers\.encoder_layer_(\d+)\.ln_(\d)\.", r"blocks.\1.norm\2."),
        (r"encoder\.layers\.encoder_layer_(\d+)\.mlp\.(?:0|linear_1)\.", r"blocks.\1.mlp.fc1."),
        (r"encoder\.layers\.encoder_layer_(\d+)\.mlp\.(?:3|linear_2)\.", r"blocks.\1.mlp.fc2."),
        (r"encoder\.ln\.", "norm."),
        (r"encoder\.pos_embedding$", "pos_embed"),
        (r"class_token$", "cls_token"),
        (r"conv_proj\.", "patch_embed.proj."),
        (r"heads\.head\.", "head."),
    ],
    "transformers ResNet": [
        (r"(?:resnet\.)?embedder\.embedder\.convolution\.", "conv1."),
        (r"(?:resnet\.)?embedder\.embedder\.normalization\.", "bn1."),
        (
            r"(?:resnet\.)?encoder\.stages\.(\d)\.layers\.(\d+)\.shortcut\.(convolution|normalization)\.",
            lambda m: f"layer{int(m[1]) + 1}.{m[2]}.downsample.{int(m[3] == 'normalization')}.",
        ),
        (
            r"(?:resnet\.)?encoder\.stages\.(\d)\.layers\.(\d+)\.layer\.(\d)\.convolution\.",
            lambda m: f"layer{int(m[1]) + 1}.{m[2]}.conv{int(m[3]) + 1}.",
        ),
        (
            r"(?:resnet\.)?encoder\.stages\.(\d)\.layers\.(\d+)\.layer\.(\d)\.normalization\.",
            lambda m: f"layer{int(m[1]) + 1}.{m[2]}.bn{int(m[3]) + 1}.",
        ),
        (r"classifier\.1\.", "fc."),
    ],
    "transformers ConvNeXt": [
        (_HF_CONVNEXT + r"layer_scale_parameter$", r"stages.\1.blocks.\2.gamma"),
        (_HF_CONVNEXT + r"dwconv\.", r"stages.\1.blocks.\2.conv_dw."),
        (_HF_CONVNEXT + r"layernorm\.", r"stages.\1.blocks.\2.norm."),
        (
            r"(?:convnext\.)?encoder\.stages\.(\d)\.layers\.(\d+)\.pwconv(\d)\.",
            r"stages.\1.blocks.\2.mlp.fc\3.",
        ),
        (r"(?:convnext\.)?encoder\.stages\.(\d)\.downsampling_layer\.(\d)\.", r"stages.\1.downsample.\2."),
        (r"(?:convnext\.)?embeddings\.patch_embeddings\.", "stem.0."),
        (r"(?:convnext\.)?embeddings\.layernorm\.", "stem.1."),
        (r"(?:convnext\.)?layernorm\.", "head.norm."),
        (r"classifier\.", "head.fc."),
    ],
    "transformers ViT": [
        (r"(?:vit\.)?encoder\.layer\.(\d+)\.attention\.attention\.query\.(\w+)$", r"blocks.\1.attn.qkv.\2:0"),
        (r"(?:vit\.)?encoder\.layer\.(\d+)\.attention\.attention\.key\.(\w+)$", r"blocks.\1.attn.qkv.\2:1"),
        (r"(?:vit\.)?encoder\.layer\.(\d+)\.attention\.attention\.value\.(\w+)$", r"blocks.\1.attn.qkv.\2:2"),
        (r"(?:vit\.)?encoder\.layer\.(\d+)\.attention\.output\.dense\.", r"blocks.\1.attn.proj."),
        (r"(?:vit\.)?encoder\.layer\.(\d+)\.intermediate\.dense\.", r"blocks.\1.mlp.fc1."),
        (r"(?:vit\.)?encoder\.layer\.(\d+)\.output\.dense\.", r"blocks.\1.mlp.fc2."),
        (r"(?:vit\.)?encoder\.layer\.(\d+)\.layernorm_before\.", r"blocks.\1.norm1."),
        (r"(?:vit\.)?encoder\.layer\.(\d+)\.layernorm_after\.", r"blocks.\1.norm2."),
        (r"(?:vit\.)?layernorm\.", "norm."),
        (r"(?:vit\.)?embeddings\.cls_token$", "cls_token"),
        (r"(?:vit\.)?embeddings\.position_embeddings$", "pos_embed"),
        (r"(?:vit\.)?embeddings\.patch_embeddings\.projection\.", "patch_embed.proj."),
        (r"classifier\.", "head."),
    ],
}


def to_timm(names: Iterable[str]) -> dict[str, str]:
    """{name: timm's name}; a name that no rule knows stays as it is.

    >>> to_timm(["resnet.embedder.embedder.convolution.weight", "classifier.1.bias"])["classifier.1.bias"]
    'fc.bias'
    """
    names = list(names)
    for rules in RULES.values():
        if any(re.match(rules[0][0], name) for name in names):
            return {name: _renamed(name, rules) for name in names}
    return {name: name for name in names}


def translated(tensors: Mapping[str, Any]) -> dict[str, Any]:
    """The tensors under timm's names: parts joined, and layer scales [C, 1, 1] as [C]."""
    import torch

    found: dict[str, Any] = {}
    parts: dict[str, dict[str, Any]] = {}
    for name, new in to_timm(tensors).items():
        whole, _, part = new.partition(":")
        if part:
            parts.setdefault(whole, {})[part] = tensors[name]
        else:
            found[whole] = tensors[name].flatten() if whole.endswith(".gamma") else tensors[name]
    return found | {whole: torch.cat([of[part] for part in sorted(of)]) for whole, of in parts.items()}


def _renamed(name: str, rules: list[tuple[str, Any]]) -> str:
    for pattern, new in rules:
        renamed, count = re.subn("^" + pattern, new, name)
        if count:
            return renamed
    return name
