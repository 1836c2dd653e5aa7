"""What a sample is, one file for each modality: image, text, series, sound, table, question, video.

The path is the registration: a new file here is a new modality, found by its name. Nobody else asks which
modality it is; they call its module, which answers these verbs (`tests/modalities/test_contract.py` holds
them):

    SAMPLE      what people call one sample, such as "row"
    RAW         whether samples are raw; a table's columns are features that somebody has made already
    WORDS       whether samples are words, so that a class has words of its own
    NEIGHBOURS  whether regions side by side belong together; columns do not
    GRID        whether regions are the cells of a grid, the same in every sample
    FILLED      whether what is taken away from a sample is filled from other samples

    store(inputs, folder, cap)          write the samples into a folder; cap: see `Task.image_cap`
    load(folder) -> Inputs              what `store` wrote, memory-mapped where it can be

    digests(inputs, side=0) -> uint64 [n]    equal samples have equal ones; side: see `stored_side`
    stored_side(inputs) -> int          pixels of a side of stored pictures, 0 for other samples
    beyond_chance(inputs, digests) -> bool [n]    samples of which an equal would be odd
    near(inputs) -> int64 [m, 2]        pairs of positions, first < second, of near copies

    files(items) -> [Path] | None       the files meant by what a user handed over; None for samples in memory
    in_memory(items, card) -> Inputs    samples that a user handed over; raises UsageError for other things
    like(inputs, card) -> Inputs        new samples as the training samples were read
    card(inputs) -> dict                what a model's card says of its input beside the modality; JSON-able
    form(inputs) -> dict                what samples must look like for hand-made features; JSON-able
    formed(inputs, form) -> Inputs      samples brought into that form
    decoded(inputs) -> Inputs           in memory; raises DataError for samples of another modality

    places(inputs, row) -> shape        of the weights that explain a sample: picture (H, W), text
                                        (characters,), series (length,), sound (bands, moments),
                                        row (columns,), question and passage (characters,), clip
                                        (frames, H, W)
    columns(inputs) -> [str] | None     names of the places, where they have any
    regions(inputs, row, most) -> int64 places    the number of each place's region, from 0; -1 for none
    pool(inputs, row, donors) -> Inputs    the sample, then what its gaps are filled with, from `donors` or,
                                        if None, with nothing known of others
    without(pool, removed) -> Inputs    the sample with places taken away, removed bool [m, places]: for each
                                        of the m once for each sample it is filled with

    shown(sample) -> dict               small JSON for a page
    visible(shown, weights) -> dict     weights over the sample, for a page
    excerpts(samples, places, grid, share, spans) -> dict | None    what excites a unit of a network: places
                                        of the layer's map, of shape grid; share of the sample that one sees;
                                        spans: a text to [(start, end), ...] of its tokens
    small(inputs) -> Inputs             samples of a size that a page can hold
    overlay(sample, weights) -> uint8 [H, W, 3] | None    a picture with what spoke for the answer over it

One sample is held by `nikti.core.inputs`; a module is plain functions and holds nothing.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType

from nikti.core import catalogue


def names() -> list[str]:
    """All modalities, sorted.

    >>> names()
    ['image', 'question', 'series', 'sound', 'table', 'text', 'video']
    """
    return catalogue.names("modalities")


@cache
def of(name: str) -> ModuleType:
    """The module of a modality. Raises UnknownName."""
    return catalogue.load("modalities", name)
