"""Digests of arrays and samples. Equal samples have equal digests; a sample cannot be recovered from its
digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np


def feed_array(digest: Any, array: np.ndarray) -> None:
    """Feed an array into a `hashlib` digest: strings by their letters, numbers by type, shape and bytes."""
    if array.dtype.kind in "OUS":
        digest.update("\0".join(map(str, array.tolist())).encode("utf-8", "surrogatepass"))
    else:
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)


def hashed(samples: Iterable[bytes]) -> np.ndarray:
    """BLAKE2b of each sample's bytes, cut to 8 bytes: uint64 [n]."""
    found = [hashlib.blake2b(sample, digest_size=8).digest() for sample in samples]
    return np.frombuffer(b"".join(found), dtype="<u8").astype(np.uint64)
