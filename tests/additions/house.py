"""nikti in a folder of its own, to which files are added and in which nothing else is changed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from nikti.core import catalogue

#: What is added, each file at its place within the package.
FILES = Path(__file__).parent / "files"


class House:
    """A copy of the package. Its commands run in processes of their own, which know no other copy."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.package = folder / "nikti"
        shutil.copytree(catalogue.ROOT, self.package, ignore=shutil.ignore_patterns("__pycache__"))

    def add(self, *names: str) -> None:
        """Put files of FILES at their places; what is there already is not touched."""
        for name in names:
            place = self.package / name
            assert not place.exists(), f"{name} is there already"
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(FILES / name, place)

    def run(self, *words: Any) -> subprocess.CompletedProcess[str]:
        """A command line of Python."""
        own = {"PYTHONPATH": str(self.folder), "NIKTI_CACHE": str(self.folder / "cache")}
        return subprocess.run(
            [sys.executable, *map(str, words)],
            cwd=self.folder,
            env=os.environ | own,
            capture_output=True,
            text=True,
        )

    def python(self, program: str, *words: Any) -> Any:
        """What a program prints last, as JSON. words: its arguments."""
        done = self.run("-c", program, *words)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    def say(self, *words: Any) -> dict[str, Any]:
        """The document of a `nikti` command."""
        done = self.run("-m", "nikti", *words, "--json")
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)
