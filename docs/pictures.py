"""Makes the README's pictures from real runs (needs Chromium).

python docs/pictures.py RUN                  report-en.png and report-bn.png, the first screens of the
                                             report, and terminal.png, what `nikti compare` printed
python docs/pictures.py NAME=RUN ...         verdict-NAME.png: a report down to its data curve; no sample
                                             of the data is in it
python docs/pictures.py layers=RUN           layers.png and ledger.png: what a network learned; of an
                                             embedded data set, as samples are in it
python docs/pictures.py looked-at=RUN        looked-at.png: what each side looked at; of an embedded data
set too
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nikti

HERE = Path(__file__).resolve().parent
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--virtual-time-budget=4000",  # on a busy machine the page is not painted at once
    "--disable-background-networking",
]


def shoot(page: Path, picture: Path, width: int, height: int) -> None:
    """A screenshot of a page."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("Chromium is needed for pictures.")
    with tempfile.TemporaryDirectory() as profile:
        size = [f"--window-size={width},{height}", f"--user-data-dir={profile}", f"--screenshot={picture}"]
        subprocess.run([browser, *FLAGS, *size, page.as_uri()], check=True, capture_output=True)


def terminal(run: nikti.api.Comparison, page: Path) -> None:
    """The end of the command's output as a page."""
    from rich.console import Console

    from nikti.cli.verbs import compare

    console = Console(record=True, width=92, file=io.StringIO(), force_terminal=True)
    console.print("[bold]$ nikti compare digits[/bold]\n")
    with contextlib.redirect_stdout(io.StringIO()):
        compare.show(run.document(), compare_arguments(run), console)
    page.write_text(console.export_html(), encoding="utf-8")


def compare_arguments(run: nikti.api.Comparison) -> object:
    """The words that the verb's `show` looks at."""
    from types import SimpleNamespace

    return SimpleNamespace(lang="en", json=False, quiet=False, source="digits")


def verdict(name: str, folder: str) -> None:
    """The part of a report that shows no sample."""
    shoot(nikti.open_run(folder).report().resolve(), HERE / f"verdict-{name}.png", 1100, 1500)


def section(name: str, folder: str, height: int) -> None:
    """One section of a report."""
    page = nikti.open_run(folder).report().read_text(encoding="utf-8")
    page = re.sub(
        r'<section[^>]*id="([a-z-]+)".*?</section>',
        lambda found: found.group() if found.group(1) == name else "",
        page,
        flags=re.S,
    )
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "page.html").write_text(page, encoding="utf-8")
        shoot(Path(place) / "page.html", HERE / f"{name}.png", 840, height)


def main(folder: str) -> None:
    """Make all three of a run."""
    run = nikti.open_run(folder)
    for lang in ("en", "bn"):
        shoot(run.report(lang=lang).resolve(), HERE / f"report-{lang}.png", 1100, 1900)
    with tempfile.TemporaryDirectory() as place:
        page = Path(place) / "terminal.html"
        terminal(run, page)
        shoot(page, HERE / "terminal.png", 930, 680)


if __name__ == "__main__":
    for word in sys.argv[1:]:
        name, _, folder = word.rpartition("=")
        if name == "layers":
            section("layers", folder, 2160)
            section("ledger", folder, 2160)
        elif name == "looked-at":
            section("looked-at", folder, 1700)
        else:
            verdict(name, folder) if name else main(folder)
