"""Tokens that the training loop learns from per CPU-second, beside a bare PyTorch loop.

    python benchmarks/translation_loop.py [--out FILE] [--repeats 3]

The same Transformer, loss, optimizer and sentences of made-up words are trained by a loop of a few lines,
which takes its batches as they come, and by `nikti.deep.train`, whose batches hold sentences of similar
length; and by the bare loop with such batches handed to it, which is what the loop's own work costs beside.
Lengths are spread like those of captions in Multi30k. One thread, processor seconds, in turn.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch

from nikti.core.answers import Phrases
from nikti.core.inputs import Texts
from nikti.deep import answers, schedule
from nikti.deep.encoders import _pairs
from nikti.deep.encoders import translation as encoding
from nikti.deep.networks.translation import transformer
from nikti.deep.samples import Samples, encoded
from nikti.deep.train import train

HERE = Path(__file__).resolve().parent
PAIRS, BATCH, REPEATS = 1536, 64, 3
SETTING = {"width": 128, "layers": 2, "dropout": 0.1}
#: Words of a caption: mean and deviation.
WORDS = (12.0, 4.0)
ANSWER = answers.of("phrases")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE / "results" / "translation_loop.json")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    given = parser.parse_args()
    torch.set_num_threads(1)
    encoder, samples = made()
    recipe = schedule.recipe(transformer.RECIPE, {"batch": BATCH, "ema": 0.0, "clip": 0.0})
    tokens = int((samples.tensors[0] != 0).sum() + (samples.targets != 0).sum())
    plain = Samples(samples.tensors, samples.rows, samples.targets)
    steps = schedule.steps_per_epoch(recipe, len(samples))
    bare(encoder, plain, plain.batches(steps, torch.Generator().manual_seed(0))[:4], recipe)  # warms all
    found = []
    for repeat in range(given.repeats):
        generator = torch.Generator().manual_seed(repeat)
        seconds = (
            bare(encoder, plain, plain.batches(steps, generator), recipe),
            bare(encoder, samples, samples.batches(steps, generator), recipe),
            product(encoder, samples, recipe),
        )
        found.append([tokens / s for s in seconds])
        print([round(speed) for speed in found[-1]], flush=True)
    names = ("bare", "bare_by_length", "nikti")
    speeds = dict(zip(names, map(statistics.median, zip(*found, strict=True)), strict=True))
    ratios = {
        "nikti_to_bare": statistics.median(row[2] / row[0] for row in found),
        "nikti_to_bare_by_length": statistics.median(row[2] / row[1] for row in found),
    }
    machine = {"processor": platform.machine(), "torch": torch.__version__, "threads": 1}
    given.out.write_text(json.dumps({"machine": machine, "tokens_per_s": speeds, **ratios}, indent=1))
    print(speeds, ratios)


def made() -> tuple[_pairs.TranslationEncoder, Samples]:
    """Sentences of words that follow Zipf's law, both sides of the same number of words."""
    rng = np.random.default_rng(0)
    texts = []
    for _ in range(PAIRS):
        count = int(np.clip(rng.normal(*WORDS), 3, 35))
        texts.append(" ".join(f"w{word}" for word in np.minimum(rng.zipf(1.3, count), 3000)))
    targets = Phrases.of([[text.upper()] for text in texts])
    encoder = encoding.fit(Texts(texts), seed=0, options={}, targets=targets)
    return encoder, encoded(encoder, Texts(texts), ANSWER.learnable(targets, Texts(texts), encoder)[0])


def bare(encoder, samples: Samples, batches: Iterable[torch.Tensor], recipe: schedule.Recipe) -> float:
    """CPU seconds of a plain loop."""
    torch.manual_seed(0)
    network = transformer.build(encoder.shape, 0, **SETTING).train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, fused=True)
    started = time.process_time()
    for index in batches:
        raw = network(_pairs.trim(samples.tensors[0][index]))
        loss = ANSWER.loss(network, raw, samples.targets[index], recipe)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
    return time.process_time() - started


def product(encoder, samples: Samples, recipe: schedule.Recipe) -> float:
    """CPU seconds of the product's loop, its checkpoints included."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        train(
            lambda: transformer.build(encoder.shape, 0, **SETTING),
            encoder,
            samples,
            recipe=recipe,
            epochs=1,
            answer="phrases",
            seed=0,
            device="cpu",
            file=Path(folder) / "training.safetensors",
        )
        return time.process_time() - started


if __name__ == "__main__":
    main()
