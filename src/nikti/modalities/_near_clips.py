"""Near copies among clips: stored anew with more loss, resized, made brighter.

Two clips of one fixed camera are alike in nearly every pixel and show other things: what moves decides.
A pair is a copy where its middle frames are near copies as pictures are (`_near_images`), and what differs
from each clip's mean frame, moment by moment, goes the same way. Of clips in which nothing moves, the frames
alone decide.
"""

from __future__ import annotations

import numpy as np

from nikti.modalities._near_images import near_images

#: Correlation of what moves from which two clips are one; the side in cells at which it is compared.
SAME, SIDE = 0.9, 16
#: Grey levels (root mean square) below which nothing moves: less is the noise of compressing.
STILL = 1.0


def near_clips(clips: np.ndarray) -> np.ndarray:
    """Pairs int64 [m, 2], first < second, of near copies. clips: uint8 [n, T, S, S, 3]."""
    pairs = near_images(np.ascontiguousarray(clips[:, clips.shape[1] // 2]))
    moving = {row: _moving(clips[row]) for row in np.unique(pairs).tolist()}
    kept = [_alike(moving[a], moving[b]) for a, b in pairs.tolist()]
    return pairs[np.array(kept, dtype=bool)]


def _alike(one: np.ndarray, other: np.ndarray) -> bool:
    strengths = [float(np.sqrt((part**2).mean())) for part in (one, other)]
    if max(strengths) < STILL:
        return True
    if min(strengths) < STILL / 2:
        return False
    return float((one * other).mean()) >= SAME * strengths[0] * strengths[1]


def _moving(clip: np.ndarray) -> np.ndarray:
    """What differs from the mean frame, float32 [T, SIDE, SIDE]."""
    import cv2

    grey = [cv2.cvtColor(np.ascontiguousarray(frame), cv2.COLOR_RGB2GRAY) for frame in clip]
    side = min(SIDE, clip.shape[1])
    small = np.stack([cv2.resize(one, (side, side), interpolation=cv2.INTER_AREA) for one in grey])
    return small.astype(np.float32) - small.mean(0, dtype=np.float32)
