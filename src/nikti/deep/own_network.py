"""A user's own network file as a contender. It must define `build(shape, outputs)`."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from nikti.core import catalogue
from nikti.core.contender import PRESETS, YOUR_OWN
from nikti.core.errors import UsageError
from nikti.core.task import Task
from nikti.core.words import Words
from nikti.deep import answers
from nikti.deep.contender import DeepContender
from nikti.deep.shapes import Shape

#: Training seconds per floating point operation of a forward pass, and per sample besides.
SECONDS_PER_OPERATION = 1.0e-10
SECONDS_PER_SAMPLE = 2.0e-5

OWN = Words(en="your network in {file}", bn="{file} ফাইলে আপনার নেটওয়ার্ক")

_NO_BUILD = Words(
    en="{file} defines no build(shape, outputs) that returns a torch.nn.Module.",
    bn="{file} ফাইলে এমন কোনো build(shape, outputs) নেই যা torch.nn.Module ফেরত দেয়।",
)


def contender(file: Path, task: Task) -> DeepContender:
    """The file's network; whatever else of `nikti.deep.encoders` the file defines is used too.

    Raises UsageError if the file has no `build`.
    """
    module = catalogue.load_file(file)
    if not callable(getattr(module, "build", None)):
        raise UsageError(_NO_BUILD.format(file=file))
    network = SimpleNamespace(
        build=module.build,
        RECIPE=getattr(module, "RECIPE", {}),
        CANDIDATES=tuple(getattr(module, "CANDIDATES", ({},))),
        ENCODER=getattr(module, "ENCODER", {}),
        METHOD=getattr(module, "METHOD", YOUR_OWN),
        REPRESENTS=getattr(module, "REPRESENTS", True),
        accepts=getattr(module, "accepts", lambda shape, outputs, n: None),
        seconds_per_sample=getattr(
            module, "seconds_per_sample", lambda *a, **k: counted(module.build, *a, **k)
        ),
    )
    return DeepContender(
        name=file.stem,
        network_name=file.stem,
        network=network,
        modality=answers.encoder(task),
        family=task.family,
        title=Words.of(getattr(module, "TITLE", OWN.format(file=file.name))),
        presets=PRESETS,
        file=file,
    )


def counted(build: Any, shape: Shape, outputs: int, **params: Any) -> float:
    """Training seconds of one sample from the operations of a forward pass of two samples."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    with torch.random.fork_rng(devices=[]), torch.inference_mode():
        network = build(shape, outputs, **params).eval()
        with FlopCounterMode(display=False) as counter:
            network(*shape.example())
    return SECONDS_PER_SAMPLE + SECONDS_PER_OPERATION * counter.get_total_flops() / 2
