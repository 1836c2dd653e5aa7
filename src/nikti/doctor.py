"""What this machine and this installation have. Facts only; nothing is changed, nothing is fetched."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import sys
from pathlib import Path
from typing import Any

from nikti.core.machine import cores, memory, processor
from nikti.core.version import __version__

#: Named in this order; those that are missing are said to be.
LIBRARIES = (
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "scikit-learn",
    "lightgbm",
    "skops",
    "opencv-python-headless",
    "scikit-image",
    "pillow",
    "torch",
    "torchvision",
    "timm",
    "tokenizers",
    "safetensors",
    "rich",
    "jinja2",
    "psutil",
)

#: What an extra adds, by its name in pyproject.toml; `test` is for those who change nikti.
EXTRAS = {
    "huggingface": "compare a Hugging Face Dataset from Python",
    "sound": "read sound files (wav, flac, ogg, mp3 ...)",
    "test": "run the tests (make test)",
    "weights": "start networks for pictures and English texts from what was learned elsewhere",
}

_GB = 1e9


def facts(cache: Path | None = None) -> dict[str, dict[str, Any]]:
    """Sections of facts, JSON-able: versions, machine, devices, room, fonts, extras.

    cache: the folder where nikti keeps decoded data, or None if it keeps none.
    """
    return {
        "versions": _versions(),
        "machine": _machine(),
        "devices": _devices(),
        "room": _room(cache),
        "fonts": _fonts(),
        "extras": {name: _extra(name, adds) for name, adds in EXTRAS.items()},
    }


def _versions() -> dict[str, str]:
    libraries = {name: _version(name) or "MISSING: reinstall nikti" for name in LIBRARIES}
    return {"nikti": __version__, "python": platform.python_version(), **libraries}


def _version(library: str) -> str | None:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return None


def _machine() -> dict[str, Any]:
    room = memory()
    return {
        "system": platform.platform(),
        "processor": processor(),
        "cores": cores(),
        "memory_gb": round(room.total / _GB, 1),
        "memory_free_gb": round(room.available / _GB, 1),
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS"),
    }


def _devices() -> dict[str, Any]:
    """What networks can train on; importing torch takes about two seconds."""
    try:
        import torch
    except ImportError as error:
        return {"torch": f"cannot be imported: {error}"}
    cuda = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    mps = torch.backends.mps.is_available()
    return {
        "chosen": "cuda" if cuda else "mps" if mps else "cpu",
        "cuda": cuda,
        "mps": mps,
        "torch_threads": torch.get_num_threads(),
    }


def _room(cache: Path | None) -> dict[str, Any]:
    here = Path.cwd()
    room: dict[str, Any] = {"disk_free_here_gb": round(shutil.disk_usage(here).free / _GB, 1)}
    room["here_writable"] = os.access(here, os.W_OK)
    if cache is not None:
        existing = next(p for p in (cache, *cache.absolute().parents) if p.exists())
        held = sum(p.stat().st_size for p in cache.rglob("*") if p.is_file()) if cache.is_dir() else 0
        room["cache"] = str(cache)
        room["cache_gb"] = round(held / _GB, 3)
        room["cache_writable"] = os.access(existing, os.W_OK)
        room["cache_disk_free_gb"] = round(shutil.disk_usage(existing).free / _GB, 1)
    return room


def _fonts() -> dict[str, Any]:
    """The report carries its own fonts; a terminal shows Bangla if it speaks UTF-8 and has one."""
    bundled = sorted(p.stem for p in (Path(__file__).parent / "report" / "fonts").glob("*.woff2"))
    encoding = sys.stdout.encoding or "unknown"
    return {
        "in_reports": bundled or "MISSING: reinstall nikti",
        "terminal_encoding": encoding,
        "terminal_bangla": encoding.lower().replace("-", "") == "utf8",
    }


def _extra(name: str, adds: str) -> str:
    wanted = _required(name)
    if not wanted:
        return f"would let you {adds}; whether it is there cannot be told, for nikti is not installed"
    missing = [library for library in wanted if _version(library) is None]
    if not missing:
        return f"installed: lets you {adds}"
    return f"would let you {adds}; needs {', '.join(missing)}. Type: pip install 'nikti[{name}]'"


def _required(extra: str) -> list[str]:
    """Libraries an extra asks for, as the installed package declares them."""
    try:
        lines = importlib.metadata.requires("nikti") or []
    except importlib.metadata.PackageNotFoundError:  # run from a checkout that is not installed
        return []
    marked = (line for line in lines if re.search(rf"extra == ['\"]{extra}['\"]", line))
    return [found.group(0) for line in marked if (found := re.match(r"[A-Za-z0-9._-]+", line))]
