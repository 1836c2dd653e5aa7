"""Where nikti keeps what can be made again."""

from __future__ import annotations

import os
from pathlib import Path


def cache_dir() -> Path:
    """The cache folder, which may not exist yet: $NIKTI_CACHE, else nikti in $XDG_CACHE_HOME, else
    ~/.cache/nikti."""
    own = os.environ.get("NIKTI_CACHE")
    if own:
        return Path(own).expanduser().absolute()
    shared = os.environ.get("XDG_CACHE_HOME")
    return (Path(shared) if shared else Path.home() / ".cache") / "nikti"
