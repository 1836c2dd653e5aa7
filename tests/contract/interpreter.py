"""Computes what a graph says, from its plain data alone: numpy, OpenCV, scikit-learn's counting and the
tokenizers library. Written from the docstrings of `nikti.core.steps` and `nikti.core.decoding`, and on
purpose without the code of nikti that they stand for. Hand-made features, which a graph names and does not
say, come from the model."""

import cv2
import numpy as np
import scipy.sparse as sp
from scipy.special import ndtri, softmax

from nikti.core import decoding, steps


def run(graph, raw, sizes=None, measures=None):
    """What the last of the decoding gives, and what each of it gave, by its class. raw: {name: samples};
    sizes: (height, width) of pictures; measures: {name of a step: what it gives}."""
    values = dict(raw)
    for step in graph.steps:
        if isinstance(step, steps.Measure):
            values[step.to] = measures[step.to]
        else:
            values[step.to] = STEPS[type(step)](step, values)
    n = len(next(iter(values.values())))
    found = estimate(graph.estimator, values, n)
    met = {}
    for part in graph.decoding:
        found = DECODING[type(part)](part, found, sizes)
        met[type(part)] = found
    return found, met


def estimate(estimator, values, n):
    read = [values[value.name] for value in estimator.inputs]
    for value, given in zip(estimator.inputs, read, strict=True):
        assert [a for a, b in zip(given.shape[1:], value.shape[1:], strict=True) if b not in (None, a)] == []
    if estimator.library == "torch":
        import torch

        with torch.inference_mode():
            found = estimator.model(*map(torch.from_numpy, read))
        if isinstance(found, tuple):
            return tuple(part.numpy() for part in found)
        return found.float().numpy()
    if estimator.library == "linear":
        found = np.asarray(read[0] @ estimator.model.weights) + estimator.model.shift
        if estimator.model.unit:
            found = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        return found
    if estimator.library == "constant":
        return np.repeat(estimator.model[None], n, 0)
    assert estimator.library in ("scikit-learn", "lightgbm")
    (table,) = read
    flat = table.reshape(-1, table.shape[-1]) if table.ndim > 2 else table
    found = np.asarray(getattr(estimator.model, estimator.call)(flat), dtype=float)
    return found.reshape(*table.shape[:-1], *found.shape[1:])


def resize(step, values):
    out = []
    for image in values[step.of]:
        for size in filter(None, (step.through, step.size)):
            if step.channels == 1 and image.shape[2] == 3:
                image = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None]
            if step.channels == 3 and image.shape[2] == 1:
                image = np.repeat(image, 3, 2)
            height, width = min(size, image.shape[0]), min(size, image.shape[1])
            image = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
            image = cv2.resize(image, (size, size), interpolation=cv2.INTER_LINEAR)
            image = image.reshape(size, size, step.channels)
        out.append(image)
    return np.stack(out)


def clip(step, values):
    places = [
        [(2 * k + 1) * len(one) // (2 * step.frames) for k in range(step.frames)] for one in values[step.of]
    ]
    picked = [one[place] for one, place in zip(values[step.of], places, strict=True)]
    each = steps.Resize("frames", "", step.size, 3)
    return np.stack([resize(each, {"frames": frames}) for frames in picked])


def normalise(step, values):
    scaled = (values[step.of] / 255 - np.array(step.mean)) / np.array(step.std)
    return np.ascontiguousarray(np.moveaxis(scaled, -1, 1), dtype=np.float32)


def tokenize(step, values):
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(step.tokenizer)
    rows = []
    for text in values[step.of]:
        text = text if isinstance(text, str) else ""
        if step.window is None:
            tokenizer.no_truncation()
            kept = [number + step.shift for number in tokenizer.encode(text, add_special_tokens=False).ids]
            room = step.length - len(step.before) - len(step.after)
            if len(kept) > room:
                tail = room // 2 if step.kept == "head and tail" else 0
                kept = kept[: room - tail] + kept[len(kept) - tail :]
            rows.append([*step.before, *kept, *step.after])
        else:
            tokenizer.enable_truncation(step.window)
            first = tokenizer.encode(text)
            parts, room = [first, *first.overflowing], max(1, step.length // step.window)
            if len(parts) > room:
                parts = parts[: room - room // 2] + parts[len(parts) - room // 2 :]
            rows.append([number + step.shift for part in parts for number in part.ids])
    longest = max(1, *map(len, rows))
    return np.array([[*row, *[step.pad] * (longest - len(row))] for row in rows], dtype=np.int64)


def tfidf(step, values):
    from sklearn.feature_extraction.text import CountVectorizer

    column = step.of if isinstance(step.of, str) else step.of.column
    texts = [text if isinstance(text, str) else "" for text in values[column]]
    if not step.terms:
        return sp.csr_matrix((len(texts), 0), dtype=np.float32)
    words = {"token_pattern": step.pattern} if step.analyzer == "word" else {}
    counter = CountVectorizer(
        analyzer=step.analyzer,
        ngram_range=(step.shortest, step.longest),
        vocabulary={term: place for place, term in enumerate(step.terms)},
        **words,
    )
    weighed = counter.transform(texts).toarray().astype(float)
    weighed = np.where(weighed > 0, 1 + np.log(np.maximum(weighed, 1)), 0) * step.idf
    length = np.linalg.norm(weighed, axis=1, keepdims=True)
    return sp.csr_matrix(step.weight * weighed / np.where(length > 0, length, 1), dtype=np.float32)


def align(step, values):
    mean, std = np.array(step.mean)[:, None], np.array(step.std)[:, None]
    out = np.zeros((len(values[step.of]), len(step.mean) + step.told, step.length), np.float32)
    for row, series in enumerate(values[step.of]):
        scaled, there = (series - mean) / std, np.isfinite(series)
        now, moments = series.shape[1], np.arange(series.shape[1])
        for channel, known in enumerate(there):
            bridged = np.interp(moments, moments[known], scaled[channel, known]) if known.any() else 0.0
            scaled[channel] = bridged
        length = step.length
        if step.varies and now < step.longest:
            length = max(1, round(now * step.length / step.longest))
        lines = [*scaled, there.mean(0)] if step.told else scaled
        out[row, :, :length] = [resampled(line, length) for line in lines]
    return out


def cut_wave(step, values):
    found = np.zeros((len(values[step.of]), step.samples), np.float32)
    for row, wave in enumerate(values[step.of]):
        wave = np.asarray(wave, float)
        sums = [np.sum(wave[k : k + step.samples] ** 2) for k in range(max(1, len(wave) - step.samples + 1))]
        part = wave[int(np.argmax(sums)) :][: step.samples]
        found[row, : len(part)] = np.rint(np.clip(part, -1, 1) * step.levels) / step.levels
    return found


def resampled(line, length):
    if len(line) <= length:
        return np.interp(np.linspace(0, len(line) - 1, length), np.arange(len(line)), line)
    total = np.concatenate([[0], np.cumsum(line)])
    return np.diff(np.interp(np.linspace(0, len(line), length + 1), np.arange(len(line) + 1), total)) * (
        length / len(line)
    )


def number(cell, values):
    import pandas as pd

    column = values[cell.column]
    if cell.part == "value":
        return column.to_numpy(dtype=float, na_value=np.nan)
    if cell.part == "missing":
        return column.isna().to_numpy(float)
    since_1970 = (column - pd.Timestamp(0)) / pd.Timedelta(days=1)
    turn, day = 2 * np.pi * column.dt.day_of_year / 365.25, 2 * np.pi * (since_1970 % 1)
    return {
        "days": lambda: since_1970 - cell.since,
        "year": lambda: column.dt.year,
        "month": lambda: column.dt.month,
        "day": lambda: column.dt.day,
        "weekday": lambda: column.dt.day_of_week,
        "hour": lambda: column.dt.hour,
        "year sin": lambda: np.sin(turn),
        "year cos": lambda: np.cos(turn),
        "day sin": lambda: np.sin(day),
        "day cos": lambda: np.cos(day),
    }[cell.part]().to_numpy(float)


def word(cell, values):
    import pandas as pd

    column = values[cell.column]
    if cell.part == "missing or not":
        return [str(bool(gone)) for gone in column.isna()]
    if cell.part == "value in words":
        return [str(float(value)) for value in number(steps.Cell(cell.column, "value"), values)]
    return [steps.MISSING_CELL if pd.isna(value) else str(value) for value in column]


def numbers(step, values):
    found = [number(cell, values) for cell in step.of]
    return np.array(found, dtype=float).reshape(len(found), len(values[WHOLE])).T.astype(np.float32)


#: Any value of a table is as long as it: the first column.
WHOLE = "first column"


def normal_scores(step, values):
    out = np.zeros((len(values[WHOLE]), len(step.of)), np.float32)
    for place, (cell, quantiles) in enumerate(zip(step.of, step.quantiles, strict=True)):
        column, ranks = number(cell, values), np.linspace(0, 1, len(quantiles))
        below = np.interp(column, quantiles, ranks)
        above = 1 - np.interp(-column, -quantiles[::-1], ranks)
        rank = np.clip((below + above) / 2, 0.5 / len(quantiles), 1 - 0.5 / len(quantiles))
        out[:, place] = np.where(np.isnan(column), 0, ndtri(rank))
    return out


def places(cell, known, values):
    return [known.index(c) if c in known else -1 for c in word(cell, values)]


def codes(step, values):
    found = [places(cell, known, values) for cell, known in zip(step.of, step.levels, strict=True)]
    return np.array(found, dtype=np.int64).reshape(len(found), len(values[WHOLE])).T + 1


def levels(step, values):
    out = np.zeros((len(values[WHOLE]), len(step.of)), np.float32)
    for place, (cell, known) in enumerate(zip(step.of, step.levels, strict=True)):
        found = np.array(places(cell, known, values), dtype=float)
        found[found < 0] = len(known)
        found[values[cell.column].isna().to_numpy()] = np.nan
        out[:, place] = found
    return out


def one_hot(step, values):
    blocks = [np.zeros((len(values[WHOLE]), 0))]
    for cell, known in zip(step.of, step.levels, strict=True):
        names = word(cell, values)
        flags = [[name == level for level in known] for name in names]
        gone = np.array([[name == steps.MISSING_CELL] for name in names])
        flags = np.array(flags).reshape(len(names), len(known))
        blocks.append(np.hstack([flags, ~flags.any(1, keepdims=True) & ~gone, gone]))
    return np.hstack(blocks).astype(np.float32)


def join(step, values):
    parts = [values[name] for name in step.of]
    dense = np.hstack(
        [np.zeros((len(next(iter(values.values()))), 0)), *[part for part in parts if not sp.issparse(part)]]
    )
    dense = np.where(np.isfinite(dense), np.clip(dense, -step.largest, step.largest), np.nan).astype(
        np.float32
    )
    sparse = [part for part in parts if sp.issparse(part)]
    return sp.hstack([sp.csr_matrix(dense), *sparse], format="csr", dtype=np.float32) if sparse else dense


def standardise(step, values):
    table, width = values[step.of], len(step.mean)
    front = table[:, :width]
    front = front.toarray() if sp.issparse(front) else front
    if step.fill is not None:
        front = np.where(np.isfinite(front), front, step.fill)
    front = ((front - step.mean) * step.factor).astype(np.float32)
    if step.farthest is not None:
        front = np.clip(front, -step.farthest, step.farthest)
    if not sp.issparse(table):
        return front
    return sp.hstack([sp.csr_matrix(front), table[:, width:]], format="csr", dtype=np.float32)


def pick(step, values):
    found = values[step.of][:, step.columns]
    return found


def frozen(step, values):
    import torch

    with torch.inference_mode():
        return step.module(torch.from_numpy(values[step.of])).numpy()


def sigmoid(part, found, sizes):
    """Each label by itself; members are averaged."""
    chances = 1 / (1 + np.exp(-np.asarray(found, float)))
    return chances.mean(axis=1) if chances.ndim == 3 else chances


def soft(part, found, sizes):
    if found.ndim == 1 or found.shape[1] == 1:
        found = found.ravel()
        found = np.column_stack([-found / 2, found / 2])
    chances = softmax(part.temperature * found.astype(float), axis=-1)
    return chances.mean(1) if chances.ndim == 3 else chances


def all_classes(part, found, sizes):
    if isinstance(found, list):
        return [all_classes(part, one, sizes) for one in found]
    out = np.zeros((*found.shape[:-1], part.count))
    out[..., list(part.present)] = found / found.sum(-1, keepdims=True)
    return out


def argmax(part, found, sizes):
    return [one.argmax(part.axis) for one in found] if isinstance(found, list) else found.argmax(part.axis)


def rescale(part, found, sizes):
    found = found[..., 0] if found.ndim > 1 else found
    return (found.mean(1) if found.ndim > 1 else found).astype(float) * part.spread + part.centre


def anchored(part, found, sizes):
    low, high = part.anchors[:, :2], part.anchors[:, 2:]
    size, centre = high - low, (low + high) / 2
    moves = found[..., :4] / np.array(part.weights)
    centre = centre + moves[..., :2] * size
    half = np.exp(np.minimum(moves[..., 2:], part.log_size_at_most)) * size / 2
    return np.concatenate([centre - half, centre + half], -1), softmax(found[..., 4:], axis=-1)[..., 1:]


def pointed(part, found, sizes):
    away = np.logaddexp(0, found[..., :4]) * part.strides
    corners = np.concatenate([part.points - away[..., :2], part.points + away[..., 2:]], -1)
    return corners, 1 / (1 + np.exp(-found[..., 4:]))


def suppressed(part, found, sizes):
    out = []
    for corners, scores in zip(*found, strict=True):
        corners = np.clip(corners, 0, part.size)
        order = np.argsort(-scores.ravel(), kind="stable")[: part.candidates]
        kept = []
        for place in order[scores.ravel()[order] > part.floor]:
            box, code = corners[place // scores.shape[1]], place % scores.shape[1]
            if all(code != other or overlap(box, one) <= part.overlap for one, other, _ in kept):
                kept.append((box, code, scores.ravel()[place]))
        out.append([[*(box / part.size), code, score] for box, code, score in kept[: part.most]])
    return out


def overlap(one, two):
    shared = np.prod(np.maximum(0, np.minimum(one[2:], two[2:]) - np.maximum(one[:2], two[:2])))
    return shared / (np.prod(one[2:] - one[:2]) + np.prod(two[2:] - two[:2]) - shared)


def to_pictures(part, found, sizes):
    out = []
    for one, (height, width) in zip(found, sizes, strict=True):
        if part.what == "boxes":
            boxes = np.array(one, dtype=float).reshape(-1, 6)
            out.append(boxes * [width, height, width, height, 1, 1])
        elif part.what == "masks":
            rows = ((np.arange(height) + 0.5) * one.shape[0] / height).astype(int)
            columns = ((np.arange(width) + 0.5) * one.shape[1] / width).astype(int)
            out.append(one[rows[:, None], columns[None]])
        else:
            planes = [
                cv2.resize(plane, (width, height)) for plane in np.moveaxis(one.astype(np.float32), -1, 0)
            ]
            out.append(np.stack(planes, -1))
    return out


STEPS = {
    steps.Resize: resize,
    steps.Clip: clip,
    steps.Normalise: normalise,
    steps.Tokenize: tokenize,
    steps.Tfidf: tfidf,
    steps.AlignSeries: align,
    steps.CutWave: cut_wave,
    steps.Numbers: numbers,
    steps.NormalScores: normal_scores,
    steps.Codes: codes,
    steps.Levels: levels,
    steps.OneHot: one_hot,
    steps.Join: join,
    steps.Standardise: standardise,
    steps.Pick: pick,
    steps.Frozen: frozen,
}

DECODING = {
    decoding.Softmax: soft,
    decoding.Sigmoid: sigmoid,
    decoding.AtLeast: lambda part, found, sizes: found >= part.threshold,
    decoding.AllClasses: all_classes,
    decoding.Argmax: argmax,
    decoding.Rescale: rescale,
    decoding.UnitLength: lambda part, found, sizes: found / np.linalg.norm(found, axis=1, keepdims=True),
    decoding.Divide: lambda part, found, sizes: found / part.by,
    decoding.AnchorBoxes: anchored,
    decoding.PointBoxes: pointed,
    decoding.Suppress: suppressed,
    decoding.ToPictures: to_pictures,
}
