"""From the summary to one self-contained page: `render(summary, lang) -> str`.

The page needs no network: fonts, styles, charts and pictures are inside. Everything that comes from the
user's data is escaped; pictures are taken only as data URIs of PNG, JPEG or WebP.
"""

from __future__ import annotations

import base64
import math
import re
import shlex
import struct
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nikti.core import catalogue, outputs
from nikti.core.band import BAND
from nikti.core.run import Run
from nikti.core.words import Words, read
from nikti.report import answers, differences, faithful, figures, layers, ledger, more_data, price, together
from nikti.report.caveats import caveats
from nikti.report.overlay import attention_picture, marked_words
from nikti.report.plots import wave
from nikti.report.summary import summarize
from nikti.report.svg import clusters
from nikti.report.words import every_class, measured, note_sentence, numbers, say, verdict_parts
from nikti.verdict.judge import Verdict
from nikti.verdict.speed import HOW

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

HERE = Path(__file__).parent

#: (file, family, weights, unicode range). The Bangla faces go into a page that has Bangla letters.
LATIN = "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2212"
BANGLA = "U+0951-0952,U+0964-0965,U+0980-09FE,U+200C-200D,U+20B9,U+25CC"
FONTS = (
    ("noto-sans-bengali-latin-wght-normal.woff2", "Nikti Sans", "100 900", LATIN),
    ("source-serif-4-latin-wght-normal.woff2", "Nikti Serif", "200 900", LATIN),
    ("noto-sans-bengali-bengali-wght-normal.woff2", "Nikti Sans", "100 900", BANGLA),
    ("noto-serif-bengali-bengali-600-normal.woff2", "Nikti Serif", "200 900", BANGLA),
)

BANGLA_LETTER = re.compile("[\u0980-\u09ff]")
PICTURE = re.compile(r"data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}")

#: What can be played.
SOUND = re.compile(r"data:audio/wav;base64,[A-Za-z0-9+/]+={0,2}")

#: Pictures smaller than this (pixels) are enlarged with hard edges: their pixels are the data.
SMALL_PICTURE = 64

#: By this in its head a page is known as nikti's own, which may be replaced.
GENERATOR, _HEAD = b'<meta name="generator" content="nikti">', 1024

MOST_TEXT = 420  # letters of a text sample that are shown


def report(
    run: Run,
    verdict: Verdict,
    samples: Mapping[str, Any] | None,
    path: str | Path,
    lang: str = "en",
    seen: Mapping[str, Any] | None = None,
) -> Path:
    """Write the page of a run; whole or not at all, in place of what is there. seen: what
    `nikti.insight.layers` gives. Returns its path."""
    return outputs.write(path, render(summarize(run, verdict, samples, seen), lang), replace=True)


def refuse_other(path: str | Path) -> None:
    """Raise UsageError where something is there that is no page of nikti's."""
    if not (Path(path).is_file() and GENERATOR in Path(path).read_bytes()[:_HEAD]):
        outputs.refuse_taken(path)


def render(summary: Mapping[str, Any], lang: str = "en") -> str:
    """The whole page. Raises UnknownName for a language that nikti does not speak."""
    from markupsafe import Markup

    head, body = verdict_parts(summary["verdict"], lang)
    content = (
        environment(lang)
        .get_template("page.html")
        .render(
            s=summary,
            v=summary["verdict"],
            metric=summary["verdict"]["metric"],
            head=head,
            body=body,
            lang=lang,
            style=Markup((HERE / "templates" / "style.css").read_text(encoding="utf-8")),
            command=command(summary["reproduce"]["settings"]),
            machine=machine(summary["reproduce"]["machine"], lang),
            sizes=", ".join(numbers.number(size, lang) for size in summary["protocol"]["sizes"]),
            fig=_Figures(summary, lang),
        )
    )
    return content.replace("/*fonts*/", font_faces(bangla=bool(BANGLA_LETTER.search(content))), 1)


class _Figures:
    """Figures by name, as markup: `fig.data_curve()`."""

    def __init__(self, summary: Mapping[str, Any], lang: str):
        self.summary, self.lang = summary, lang

    def __getattr__(self, name: str) -> Callable[..., Any]:
        from markupsafe import Markup

        def draw(*more: Any) -> Any:
            module = figures if hasattr(figures, name) else answers
            found = getattr(module, name)(self.summary, self.lang, *more)
            if isinstance(found, dict):
                return {key: Markup(value) for key, value in found.items()}
            return None if found is None else Markup(found)

        return draw

    def training(self, entry: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """[(heading, chart)]"""
        from markupsafe import Markup

        return [(h, Markup(c)) for h, c in answers.training(entry, self.summary, self.lang)]


class _Faithful:
    """`nikti.report.faithful` in one language."""

    def __init__(self, lang: str):
        self.lang = lang

    def rows(self, explained: Mapping[str, Any]) -> list[dict[str, Any]]:
        return faithful.rows(explained, self.lang)

    def number(self, value: float | None) -> str:
        return faithful.number(value, self.lang)

    def title(self, one: Mapping[str, Any], method: str) -> str:
        return faithful.title(one, method, self.lang)

    def how(self, one: Mapping[str, Any]) -> str:
        return faithful.how(one, self.lang)

    def chart(self, explained: Mapping[str, Any]) -> Any:
        from markupsafe import Markup

        return Markup(faithful.chart(explained, self.lang))

    trusted = staticmethod(faithful.trusted)


def _words(words: Words, lang: str, tag: str, most: int | None) -> str:
    """Words in the page's language, else in English, marked as such; at most so many letters."""
    from markupsafe import Markup, escape

    found = words.to(lang)
    shown = words.en if found is None else found
    shown = shown if most is None else clip(shown, most)
    return escape(shown) if found is not None else Markup(f'<{tag} lang="en">{escape(shown)}</{tag}>')


def environment(lang: str) -> Environment:
    """The templates with everything that they call."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    by_language = {
        "w": partial(say, lang),
        "num": lambda value, places=0: numbers.number(value, lang, places),
        "pct": lambda value: numbers.percent(value, lang),
        "score": lambda value, metric: numbers.score(value, metric, lang),
        "interval": lambda low, high, metric: numbers.interval(low, high, metric, lang),
        "measured": lambda value, metric: measured(value, metric, lang),
        "band": lambda value, metric: numbers.band(value, metric, lang),
        "gap": lambda value, metric: numbers.gap(value, metric, lang),
        "seconds": lambda value: numbers.seconds(value, lang),
        "ms": lambda value: numbers.milliseconds(value, lang),
        "bytes": lambda value: numbers.size(value, lang),
        "value": lambda found: numbers.value(found, lang),
        "name": lambda words: numbers.name(words, lang),
        "digits": lambda value: numbers.digits(str(value), lang),
        "note": lambda note: note_sentence(note, lang),
        "text_of": lambda words: words[lang],
        "title": lambda entry, key: read(entry, key).shown(lang),
        "timed": lambda how: HOW[how].shown(lang),
        "wave": partial(_wave, lang),
        "words": lambda entry, key, tag="span", most=None: _words(read(entry, key), lang, tag, most),
        "task": lambda name: catalogue.load("tasks", name).TITLE.shown(lang),
        "price": lambda summary: price.table(summary, lang),
        "priced": lambda summary: price.methods(summary, lang),
        "faithful": _Faithful(lang),
        "every_class": lambda verdict: every_class(verdict, lang),
        "caveats": caveats,
    }
    plain = {
        "typed": typed,
        "picture": picture,
        "sound": sound,
        "small_picture": small_picture,
        "attention_picture": attention_picture,
        "marked_words": marked_words,
        "clip": clip,
        "more_data": more_data,
        "differences": differences,
        "layered": layers,
        "ledger": ledger,
        "together": together,
        "PRICES": price.ROWS,
        "mistakes": answers.mistakes,
        "MOST_GRID": answers.MOST_GRID,
        "MOST_CLASS_ROWS": answers.MOST_CLASS_ROWS,
    }
    env.globals.update(by_language | plain)
    return env


def typed(line: str) -> Markup:
    """A command in the text, of which no word is broken at its hyphens."""
    from markupsafe import Markup

    words = (Markup('<span class="word">{}</span>').format(word) for word in line.split())
    return Markup("<code>{}</code>").format(Markup(" ").join(words))


def font_faces(bangla: bool) -> str:
    """@font-face rules with the fonts inside."""
    return "\n".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-display:swap;"
        f"src:url(data:font/woff2;base64,{_font(name)}) format('woff2');unicode-range:{letters}}}"
        for name, family, weight, letters in FONTS
        if bangla or letters == LATIN
    )


@cache
def _font(name: str) -> str:
    return base64.b64encode((HERE / "fonts" / name).read_bytes()).decode("ascii")


def picture(uri: str) -> str:
    """The same data URI. Raises ValueError unless it is a PNG, JPEG or WebP in base64."""
    if not PICTURE.fullmatch(uri):
        raise ValueError(f"a sample's picture must be a base64 data URI of an image, not {uri[:40]!r}")
    return uri


def sound(uri: str) -> str:
    """The same data URI. Raises ValueError unless it is a WAV in base64."""
    if not SOUND.fullmatch(uri):
        raise ValueError(f"a sample's sound must be a base64 data URI of a WAV, not {uri[:40]!r}")
    return uri


def small_picture(uri: str) -> bool:
    """Whether a PNG data URI is a picture of a few pixels."""
    head = base64.b64decode(picture(uri).partition(",")[2][:64])
    if head[12:16] != b"IHDR":
        return False
    return max(struct.unpack(">II", head[16:24])) < SMALL_PICTURE


def clip(words: str, most: int = MOST_TEXT) -> str:
    """The beginning of a text, cut between letters, never inside a conjunct."""
    parts = clusters(words[: 4 * most])
    return words if len(words) <= most or len(parts) <= most else "".join(parts[:most]).rstrip() + "…"


def _wave(lang: str, sample: Mapping[str, Any], label: str, weights: Any = None) -> Any:
    from markupsafe import Markup

    return Markup(wave(sample["series"], weights, numbers.digits(label, lang)))


def machine(facts: Mapping[str, Any], lang: str) -> str:
    """One line about the machine."""
    words = [str(facts[key]) for key in ("cpu", "system", "device") if facts.get(key)]
    for key, name, places in (("cores", "cores", 0), ("memory_gb", "memory", 0), ("threads", "threads", 0)):
        if facts.get(key):
            words.append(say(lang, f"reproduce.{name}", value=numbers.number(facts[key], lang, places)))
    return numbers.digits(", ".join(words), lang)


def command(settings: Mapping[str, Any]) -> str | None:
    """The command line of a run's settings; None for data that were handed over in memory."""
    if not settings.get("source"):
        return None
    words = ["nikti", "compare", str(settings["source"])]
    for key in ("task", "target", "group", "time"):
        if settings.get(key):
            words += [f"--{key}", str(settings[key])]
    if settings.get("band", BAND) != BAND:
        words += ["--band", f"{settings['band']:g}"]
    if settings.get("seconds"):
        words += ["--time-limit", f"{_number(settings['seconds'])}s"]
    words += ["--preset", str(settings.get("preset", "medium"))]
    for name in settings.get("contenders") or ():
        words += ["--contender", str(name)]
    for key in ("features", "network", "device"):
        if settings.get(key):
            words += [f"--{key}", str(settings[key])]
    if settings.get("pretrained", "auto") != "auto":
        words += ["--pretrained", str(settings["pretrained"])]
    if settings.get("allow_download"):
        words.append("--allow-download")
    return shlex.join([*words, "--seed", str(settings.get("seed", 0))])


def _number(value: float) -> str:
    return str(int(value)) if math.isfinite(value) and value == int(value) else str(value)
