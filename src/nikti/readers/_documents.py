"""Documents as plain text: .txt, .pdf and .docx.

They come from strangers (résumés do), so nothing in them is followed or run, and nothing may grow without
bounds: a .docx is read as the XML in its archive with no document type and no entity allowed.
"""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.parsers import expat

from nikti.core.data import Data, Note
from nikti.core.errors import DataError
from nikti.core.foreign import BAD_ARCHIVE, reason
from nikti.core.inputs import Texts
from nikti.core.words import Words
from nikti.readers import _delimited, _folders, _unpacked
from nikti.readers._workbook import DECLARES

ENDINGS = (".txt", ".pdf", ".docx")
#: A document's own text is small; pictures make files large. More than this is not read.
MOST_BYTES, MOST_XML, MOST_PAGES = 100 * 2**20, 100 * 2**20, 2000
LISTED = 5

_BODY = "word/document.xml"
#: Of one text in two forms, for old and new programs, the new one is read.
_OLD_FORM = "Fallback"

EMPTY = Words(en="{file} is empty.", bn="{file} ফাইলটি খালি।")
NO_TEXT = Words(
    en="{file} holds no text (only pictures of pages, it seems).",
    bn="{file} ফাইলে কোনো লেখা নেই (মনে হয় শুধু পৃষ্ঠার ছবি আছে)।",
)
LOCKED = Words(en="{file} is protected by a password.", bn="{file} পাসওয়ার্ড দিয়ে আটকানো।")
DAMAGED_PDF = Words(en="{file} is a damaged PDF: {reason}.", bn="{file} একটি নষ্ট PDF: {reason}।")
ITSELF = Words(en="it refers to itself", bn="এটি নিজেকেই নির্দেশ করে")
NO_BODY = Words(
    en="{file} is no Word document: it has no {part}.", bn="{file} Word-এর ফাইল নয়: এতে {part} নেই।"
)
NO_ARCHIVE = Words(
    en="{file} is damaged or no Word document: {reason}.", bn="{file} নষ্ট, বা Word-এর ফাইল নয়: {reason}।"
)
TOO_MUCH = Words(
    en="{file} would grow to more than {most} MB of text, which no document does.",
    bn="{file} খুললে লেখা {most} এমবির বেশি হয়ে যায়; কোনো নথি এত বড় হয় না।",
)
DAMAGED_WORD = Words(
    en="{file} is a damaged Word document: {reason}.", bn="{file} Word-এর একটি নষ্ট ফাইল: {reason}।"
)
NONE_READ = Words(
    en="{name}: none of {count} documents can be read; {reason}",
    bn="{name}: {count}টি নথির একটিও পড়া যায়নি; {reason}",
)
UNREADABLE = Words(
    en="{count} text files cannot be read and were dropped: {listed}.",
    bn="{count}টি ফাইল পড়া যায়নি, তাই বাদ গেছে।",
)


def is_document(path: Path) -> bool:
    """Whether a file's name says that it is a text and no README."""
    return path.suffix.lower() in ENDINGS and not _folders.paper(path.name)


def below(folder: Path) -> list[Path]:
    """All documents in a folder and its sub-folders."""
    return [path for path in _folders.files_below(folder) if is_document(path)]


def read_text(file: Path) -> tuple[str, str | None]:
    """(text, the encoding that it was guessed to be in, if it was). Raises DataError, naming the file, where
    it cannot be read."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise DataError(_unpacked.TOO_LARGE.format(file=str(file), most=MOST_BYTES >> 20))
        text, guessed = {".pdf": _pdf, ".docx": _docx}.get(file.suffix.lower(), _plain)(file)
    except OSError as error:
        raise DataError(_unpacked.UNREADABLE.format(file=str(file), reason=error.strerror)) from error
    # A lone surrogate is no character: neither tokenizers nor files of UTF-8 take it.
    text = text.encode("utf-8", "replace").decode("utf-8").strip()
    if not text:
        raise DataError((NO_TEXT if file.suffix.lower() == ".pdf" else EMPTY).format(file=str(file)))
    return text, guessed


def text_of(file: Path) -> str:
    """The text of a document. Raises DataError where it cannot be read."""
    return read_text(file)[0]


def data(files: Sequence[Path], root: Path) -> Data:
    """Texts without answers; what cannot be read is noted. Raises DataError if nothing is left."""
    texts: list[str] = []
    bad: dict[Path, Words] = {}
    for file in files:
        try:
            texts.append(text_of(file))
        except DataError as error:
            bad[file] = error.words
    if not texts:
        raise DataError(NONE_READ.format(name=root.name, count=len(files), reason=bad[files[0]]))
    kept = Data(root.name, "text", Texts(texts))
    return kept.noted(unreadable(bad, root)) if bad else kept


def unreadable(problems: Mapping[Path, Words], root: Path) -> Note:
    """The note for documents that were dropped; problems: {file: the reason, which names it}."""
    some = list(problems.items())[:LISTED]
    names = [str(file.relative_to(root)) for file, _ in some]
    reasons = [
        problem.en.replace(str(file), name).rstrip(".")
        for (file, problem), name in zip(some, names, strict=True)
    ]
    values = {"count": len(problems), "paths": names, "reasons": reasons}
    listed = "; ".join(reasons) + ("; ..." if len(problems) > LISTED else "")
    return Note.of("warning", "dropped_unreadable", UNREADABLE, values, listed=listed)


def _plain(file: Path) -> tuple[str, str | None]:
    text, notes = _delimited.decode(file.read_bytes(), file.name)
    guessed = [note.values.get("encoding", "damaged UTF-8") for note in notes]
    return text, guessed[0] if guessed else None


def _pdf(file: Path) -> tuple[str, None]:
    """The text of all pages, in the order in which the file draws it."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every flaw that it mends
    try:
        reader = PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            raise DataError(LOCKED.format(file=str(file)))
        pages = [reader.pages[number] for number in range(min(len(reader.pages), MOST_PAGES))]
        return "\n".join(page.extract_text() for page in pages), None
    except DataError:
        raise
    except RecursionError as error:
        raise DataError(DAMAGED_PDF.format(file=str(file), reason=ITSELF)) from error
    except Exception as error:  # of damaged files pypdf raises whatever its parts raise
        raise DataError(DAMAGED_PDF.format(file=str(file), reason=str(error).rstrip("."))) from error


def _docx(file: Path) -> tuple[str, None]:
    """The text of the body, a line per paragraph, cells of a table one after another."""
    try:
        with zipfile.ZipFile(file) as archive, archive.open(_BODY) as body:
            xml = body.read(MOST_XML + 1)
    except KeyError as error:
        raise DataError(NO_BODY.format(file=str(file), part=_BODY)) from error
    except BAD_ARCHIVE as error:
        raise DataError(NO_ARCHIVE.format(file=str(file), reason=reason(error))) from error
    if len(xml) > MOST_XML:
        raise DataError(TOO_MUCH.format(file=str(file), most=MOST_XML >> 20))
    try:
        return _words(xml), None
    except _Declared as error:
        raise DataError(DAMAGED_WORD.format(file=str(file), reason=DECLARES)) from error
    except expat.ExpatError as error:
        raise DataError(DAMAGED_WORD.format(file=str(file), reason=str(error))) from error


class _Declared(Exception):
    """A document type, which no Word document has: entities are declared in one."""


def _words(xml: bytes) -> str:
    """The characters of a WordprocessingML body. Raises ExpatError for XML that is broken, _Declared for a
    document type."""
    found: list[str] = []
    open_now = {"t": 0, _OLD_FORM: 0}
    breaks = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}

    def start(name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        if name in open_now:
            open_now[name] += 1
        elif name in breaks and not open_now[_OLD_FORM]:
            found.append(breaks[name])

    def end(name: str) -> None:
        name = name.rpartition(" ")[2]
        if name in open_now:
            open_now[name] -= 1
        elif name == "p" and not open_now[_OLD_FORM]:
            found.append("\n")

    def characters(text: str) -> None:
        if open_now["t"] and not open_now[_OLD_FORM]:
            found.append(text)

    def refuse(*declared: object) -> None:
        raise _Declared

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = characters, refuse
    parser.Parse(xml, True)
    return "".join(found)
