"""Translation memories in TMX (Translation Memory eXchange 1.4b, LISA 2005): <tu> units with a <tuv> of each
language. Read as a stream; a file that declares entities is refused, as none needs them and they are how XML
is made to explode or to read other files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from xml.parsers import expat

from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError, UsageError
from nikti.core.words import Words
from nikti.readers import _delimited, _pairs

TITLE = Words(en="TMX translation memory", bn="TMX অনুবাদ-ভান্ডার")
TASKS = ("translation",)

#: Elements inside of a segment whose contents are another program's codes and no text.
_CODES = frozenset("bpt ept ph it ut sub".split())
_XML_LANG = "xml:lang"

LEFT_OUT = Words(
    en="{count} of {of} units lack {source} or {target} and were left out.",
    bn="{of}টি এককের {count}টিতে দুই ভাষার একটি নেই, তাই বাদ গেছে।",
)
ONE_LANGUAGE = Words(
    en="{file} holds texts of {count} language(s); two are needed.",
    bn="{file} ফাইলে {count}টি ভাষার লেখা আছে; দুটি লাগে।",
)
NO_LANGUAGE = Words(
    en="{file} has no language {asked!r}. It has {languages}.",
    bn="{file} ফাইলে {asked} ভাষা নেই। আছে {languages}।",
)
DAMAGED = Words(en="{file} is damaged XML: {reason}.", bn="{file} একটি নষ্ট XML: {reason}।")
DECLARES = Words(
    en="{file} declares the entity {entity!r}; such XML is not read. Save it without.",
    bn="{file} ফাইলে {entity} নামে এনটিটি ঘোষণা করা আছে; এমন XML পড়া হয় না। সেটি ছাড়া সংরক্ষণ করুন।",
)
OPTIONS = ("target",)


def sniff(path: Path) -> bool:
    """Whether the file is called .tmx (or .tmx.gz)."""
    return path.is_file() and path.name.lower().endswith((".tmx", ".tmx.gz"))


def read(path: Path, options: Options) -> Data:
    """Texts with one translation each: from the header's source language, or the commonest, into the
    commonest other one, or the one that options.target names.

    Raises DataError for XML that is damaged or declares entities, UsageError for a language not there.
    """
    units, header = _parse(_delimited.read_bytes(path), path.name)
    common = Counter(language for unit in units for language in unit)
    if len(common) < 2:
        raise DataError(ONE_LANGUAGE.format(file=path.name, count=len(common)))
    source, target = _direction(common, header, options, path.name)
    both = [unit for unit in units if source in unit and target in unit]
    notes = [_pairs.direction(source, target, options)]
    if lost := len(units) - len(both):
        values = {"count": lost, "of": len(units)}
        notes.append(Note.of("warning", "units_left_out", LEFT_OUT, values, source=source, target=target))
    name = path.name.split(".")[0]
    return _pairs.pairs(name, [u[source] for u in both], [u[target] for u in both], target, notes=notes)


def _direction(common: Counter, header: str, options: Options, name: str) -> tuple[str, str]:
    order = [language for language, _ in common.most_common()]
    first = next((one for one in order if one == header), None) or next(
        (one for one in order if header and one.split("-")[0] == header.split("-")[0]), order[0]
    )
    if options.target is None:
        return first, next(one for one in order if one != first)
    asked = options.target.lower()
    target = next((one for one in order if asked in (one, one.split("-")[0])), None)
    if target is None:
        raise UsageError(NO_LANGUAGE.format(file=name, asked=options.target, languages=", ".join(order)))
    return (first if first != target else next(one for one in order if one != target)), target


def _parse(content: bytes, name: str) -> tuple[list[dict[str, str]], str]:
    """([{language: text} of each unit], the header's source language)."""
    reader = _Reader(name)
    parser = expat.ParserCreate()
    parser.EntityDeclHandler = reader.refuse
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.buffer_text = True
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # LookupError: an encoding nobody knows
        raise DataError(DAMAGED.format(file=name, reason=str(error))) from error
    return reader.units, reader.source


class _Reader:
    """What the parser tells, put together."""

    def __init__(self, name: str):
        self.name, self.source = name, ""
        self.units: list[dict[str, str]] = []
        self.unit: dict[str, str] = {}
        self.language, self.skipped, self.inside = "", 0, False
        self.parts: list[str] = []

    def refuse(self, entity: str, *_: object) -> None:
        raise DataError(DECLARES.format(file=self.name, entity=entity))

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "header":
            self.source = attributes.get("srclang", "").lower()
        elif tag == "tu":
            self.unit = {}
        elif tag == "tuv":
            self.language = (attributes.get(_XML_LANG) or attributes.get("lang") or "").lower()
        elif tag == "seg":
            self.inside, self.parts = True, []
        elif tag in _CODES:
            self.skipped += 1

    def end(self, tag: str) -> None:
        if tag in _CODES:
            self.skipped -= 1
        elif tag == "seg":
            self.inside = False
            self.unit.setdefault(self.language, "".join(self.parts))
        elif tag == "tu" and self.unit:
            self.units.append(self.unit)

    def text(self, text: str) -> None:
        if self.inside and not self.skipped:
            self.parts.append(text)
