"""Small samples of every modality, made without chance, so that their digests can be written down."""

from __future__ import annotations

import numpy as np

from nikti.core.inputs import Frame, Inputs, Questions, Ragged, Stack, Texts

#: A sentence whose conjuncts and vowel signs must never be torn, one with a joiner, one in two alphabets.
BANGLA = ("ক্ষুদ্র পাখিটি উড়ে গেল।", "র‍্যাব এল; বৃষ্টি  পড়ছে", "আমি STRASSE চিনি, Straße নয়")


def pictures(n: int, height: int = 12, width: int = 12, channels: int = 3) -> Stack:
    """uint8 [n, H, W, C]: stripes that run another way in each picture."""
    down, across, colour = np.mgrid[:height, :width, :channels]
    made = [(5 + 3 * k) * down + (7 + k) * across * (k + 1) + 40 * colour + 11 * k for k in range(n)]
    return Stack((np.array(made).reshape(n, height, width, channels) % 256).astype(np.uint8))


def uneven_pictures() -> Ragged:
    """Three pictures of three sizes."""
    return Ragged.of([pictures(1, 9 + k, 7 + 2 * k)[0] for k in range(3)])


def texts(n: int) -> Texts:
    """n texts, the Bangla ones first, all different."""
    return Texts([BANGLA[k] if k < len(BANGLA) else f"line {k}: {BANGLA[k % 3]} again" for k in range(n)])


def series(n: int, channels: int = 2, length: int = 20) -> Stack:
    """float32 [n, channels, length] with a gap in every other one."""
    moments = np.arange(length)
    made = (
        np.stack(
            [
                np.stack([((3 * k + 5) * moments + 7 * c) % 17 - 8.25 for c in range(channels)])
                for k in range(n)
            ]
        )
        .astype(np.float32)
        .reshape(n, channels, length)
    )
    made[::2, 0, 3] = np.nan
    return Stack(made)


def uneven_series() -> Ragged:
    """Three series of three lengths."""
    return Ragged.of([series(1, 1, 10 + 3 * k)[0] for k in range(3)])


def table(n: int) -> Frame:
    """Columns of every kind, Bangla among their names, cells and categories; some cells empty."""
    import pandas as pd

    rows = range(n)
    town = ["ঢাকা" if k % 3 == 0 else None if k % 3 == 1 else "Pabna" for k in rows]
    return Frame(
        pd.DataFrame(
            {
                "উচ্চতা": [None if k % 4 == 3 else 1.5 * k for k in rows],
                "town": pd.Series(town, dtype="category"),
                "wet": pd.Series([None if k % 5 == 2 else k % 2 == 0 for k in rows], dtype="boolean"),
                "seen": pd.to_datetime([f"2024-03-{k % 27 + 1:02d}" for k in rows]).astype("datetime64[us]"),
                "note": pd.Series([BANGLA[k % 3] if k % 2 else "" for k in rows], dtype="string"),
            }
        )
    )


def questions(n: int) -> Questions:
    """n questions about two passages."""
    asked = [f"কে {k}?" if k % 2 else f"Who is {k}?" for k in range(n)]
    return Questions(asked, list(BANGLA[:2]), [k % 2 for k in range(n)])


def clips(n: int, frames: int = 16, side: int = 12) -> Stack:
    """uint8 [n, T, S, S, 3]: stripes that run another way in each clip, and on with time."""
    time, down, across, colour = np.mgrid[:frames, :side, :side, :3]
    made = [(5 + 3 * k) * down + (7 + k) * across + 9 * time + 40 * colour + 11 * k for k in range(n)]
    return Stack((np.array(made).reshape(n, frames, side, side, 3) % 256).astype(np.uint8))


def sounds(n: int) -> Ragged:
    """n sounds of unequal lengths, each of another tone that grows louder."""
    made = []
    for k in range(n):
        moments = np.arange(4000 + 700 * k)
        made.append((moments / len(moments) * np.sin(moments * (0.05 + 0.03 * k)) / 2).astype(np.float32))
    return Ragged.of(made) if made else Ragged(np.zeros(0), np.zeros(0, int), np.zeros((0, 1), int))


#: modality: n samples of it.
MADE = {
    "image": pictures,
    "text": texts,
    "series": series,
    "sound": sounds,
    "table": table,
    "question": questions,
    "video": clips,
}


def made(modality: str, n: int) -> Inputs:
    """n samples."""
    return MADE[modality](n)
