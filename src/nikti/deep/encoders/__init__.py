"""From raw samples to what a network reads. One file per modality: `encoders/<modality>.py`.

A file holds

    fit(inputs, *, seed, options, targets=None) -> Encoder
                                                  learns from these samples only (mean and standard
                                                  deviation, tokenizer, scalers). options: {} or the
                                                  network's ENCODER dict, e.g. {"max_size": 64};
                                                  targets: their answers, for encoders whose answers
                                                  are written in tokens too
    from_state(facts, tensors) -> Encoder         the inverse of `Encoder.state`
    forecast(data, options) -> Shape              the shape `fit` would give, guessed cheaply, without
                                                  torch (for `accepts` and for the cost of the plan)
    misfit(inputs, options) -> reason | None      optional: why the weights that the options name know
                                                  nothing of such samples
    megabytes(options) -> float                   optional: memory that the encoder itself takes
    lay(encoder, one, parts) -> weights           optional: what integrated gradients found of the encoded
                                                  sample (`nikti.deep.gradients.Parts`), over the one raw
                                                  sample; the modality is not explained without it
    rolled(encoder, one, attention, tokens)       optional: the same of attention rolled out, [windows, L,
                                                  L], of so many tokens
    on_picture(one, map) -> weights               optional: a network's last map [h, w] on the one raw sample;
                                                  without it no Grad-CAM
    scaled(options, share, smallest) -> options   optional: so that samples are made smaller, see
                                                  `nikti.core.contender.Budget.scale`, but not below what
                                                  the network needs

and an Encoder has

    shape                  see `nikti.deep.shapes`; what the network's `build` receives
    views                  None, or the shape of stored samples that `encode` passes on without a copy:
                           then each batch is gathered from the stored set itself
    encode(inputs)         -> tuple of compact CPU tensors [n, ...] (uint8 images, int32 tokens,
                           float32 numbers); always a tuple, also for one tensor. Any raw inputs of
                           the modality, also those of another size than the fitted ones
    batch(tensors)         -> tuple on the same device as the rows given: what the network gets
                           (uint8 -> normalised float, int32 -> int64 with common padding trimmed)
    augment(batch, generator)
                           -> tuple. Training only, after `batch`, on whole batches. Random numbers
                           are drawn from the CPU `generator` and then moved to the batch's device,
                           so that a resumed training goes on bit for bit. May return `batch`
    sized(batch, side)     optional, pictures: the batch with so many pixels a side, for the recipe's
                           `first_side`
    notes                  optional: sentences worth telling of what `fit` met
    feature_seconds        optional: what it cost to measure the samples of `fit` before it
    graph()                -> (what a raw sample is, steps, what the network reads), as plain data: see
                           `nikti.core.graph`
    state()                -> (JSON-able facts, {name: tensor}); from it `from_state` makes the same
    facts()                optional: the first of these, where the second is expensive

The training loop does: rows -> tensors[rows] -> device -> batch -> augment -> network(*batch).

A network is a file `networks/<family>/<name>.py`:

    TITLE                  `nikti.core.words.Words`, one line
    PRESETS                presets in which it takes part by default, e.g. ("medium", "best")
    CANDIDATES             tuple of dicts, the first a strong default. Keys "lr" and "weight_decay"
                           go to the training loop, all others to `build`
    RECIPE                 dict, overrides of `nikti.deep.schedule.Recipe` (batch, epochs, ...)
    recipe(shape) -> dict  optional: further overrides, where they depend on the shape
    ENCODER                optional dict: options for the encoder's `fit`
    PRETRAINED             optional dict: weights from elsewhere, see `nikti.deep.pretrained`
    STEP_SECONDS           optional: what a step of training costs besides its samples, for small networks
    SMALLEST               optional, pictures: the side that it needs, in pixels
    BACKWARD               optional: see `nikti.deep.memory`, where a network needs more than most
    BLOCKS                 optional tuple: paths of the modules that a sample goes through one after the
                           other, where `nikti.deep.blocks` cannot tell from the structure
    build(shape, outputs, **params) -> nn.Module
                           forward(*batch) -> logits [B, outputs], or [B, k, outputs] of k members
                           that are trained side by side (loss: mean; prediction: mean probability).
                           Pictures: logits [B, outputs, S, S] for masks; for boxes anything, as the
                           network has its own `loss` and `boxes`, see `nikti.deep.answers.boxes`
    accepts(shape, outputs, n) -> reason | None
    seconds_per_sample(shape, outputs, **params) -> float
                           training seconds (forward, backward, step) of one sample on one thread of
                           the reference machine, right within a factor of 1.5; no torch needed

torch is imported inside functions where that reads well, so that the plan can ask `accepts` and
`seconds_per_sample` without paying for it.
"""

from __future__ import annotations

from types import ModuleType

from nikti.core import catalogue


def of(modality: str) -> ModuleType:
    """The encoder file of a modality ("image", "text", "table", "series"), or the one that a kind of answer
    names, see `nikti.deep.answers`. Raises UnknownName for others, which a damaged model may name."""
    return catalogue.load("deep/encoders", modality)
