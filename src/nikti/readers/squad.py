"""SQuAD's JSON, versions 1.1 and 2.0, as XQuAD, MLQA and others use it: articles, their paragraphs, questions
about them. A file, or a folder with a train file beside a dev or test file."""

from __future__ import annotations

import mmap
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nikti.core.answers import Phrases
from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError, UsageError
from nikti.core.inputs import Questions
from nikti.core.words import Words
from nikti.readers import _delimited, _folders, _json
from nikti.readers._places import spoken_role

TITLE = Words(
    en="SQuAD JSON: passages, questions about them, and their answers",
    bn="SQuAD JSON: অনুচ্ছেদ, তা নিয়ে প্রশ্ন, আর উত্তর",
)
TASKS = ("question_answering",)
#: What `read_inputs` gives, see `nikti.readers._open.open_inputs`.
MODALITY = "question"

_KEYS = (b'"paragraphs"', b'"context"', b'"qas"')
#: With fewer articles than this, passages alone are kept together: a verdict needs ten groups.
FEWEST_ARTICLES = 20
TRAIN, VALID, TEST = 0, 1, 2

NO_ANSWER = Words(
    en="{count} of {of} questions come without answers and are not marked as having none; they were dropped.",
    bn="{count}টি নমুনায় উত্তর লেখা নেই, তাই বাদ গেছে।",
)
SPLIT_FILES = Words(en="The split was read from {listed}.", bn="ট্রেন ও টেস্ট ভাগ ফাইল থেকেই নেওয়া হয়েছে।")
REPEATED = Words(
    en="{count} questions stand twice, with the same id, words and passage; one of each was kept.",
    bn="{count}টি প্রশ্ন হুবহু দুবার আছে; একটি করে রাখা হয়েছে।",
)
SHARED_IDS = Words(
    en="{count} questions have the id of another question; they are kept.",
    bn="{count}টি প্রশ্নের আইডি অন্য প্রশ্নেরও আইডি; রাখা হয়েছে।",
)
NO_QUESTION = Words(en="{name} holds no question.", bn="{name}-এ কোনো প্রশ্ন নেই।")
SEVERAL = Words(
    en="{folder} holds several files of questions that are not one train file with its dev or test file "
    "({listed}). Give one of them, or name them train-....json and dev-....json.",
    bn="{folder} ফোল্ডারে প্রশ্নের একাধিক ফাইল আছে, কিন্তু সেগুলো একটি train ফাইল ও তার dev বা test ফাইল নয় ({listed})। "
    "এর একটি দিন, বা নাম দিন train-....json ও dev-....json",
)
NO_LIST = Words(
    en="{place} has no list of records {key!r}, as SQuAD's JSON has, but {what}.",
    bn="{place}: SQuAD-এর JSON-এ রেকর্ডের তালিকা {key} থাকে, এখানে আছে {what}।",
)
NO_TEXT = Words(en="{place} has no text {key!r}, but {what}.", bn="{place}: {key} হওয়ার কথা লেখা, আছে {what}।")
ANSWER_WITHOUT = Words(
    en="{place} has an answer without 'text', but {what}.",
    bn="{place}: একটি উত্তরে 'text' হওয়ার কথা লেখা, আছে {what}।",
)
NOTHING = Words(en="nothing", bn="কিছু না")
A_TYPE = Words(en="a {type}", bn="একটি {type}")
ARTICLE = Words(en="{file}, article {number}", bn="{file}, {number} নম্বর নিবন্ধ")
PARAGRAPH = Words(en="{place}, paragraph {number}", bn="{place}, {number} নম্বর অনুচ্ছেদ")
QUESTION = Words(en="{place}, question {number}", bn="{place}, {number} নম্বর প্রশ্ন")


@dataclass(frozen=True)
class _Question:
    """A question of a file. answers: [(text, place or -1)], None where the file says nothing of them."""

    id: str
    question: str
    passage: str
    article: tuple[str, int]
    answers: list[tuple[str, int]] | None
    role: int | None


def sniff(path: Path) -> bool:
    """Whether the file is such a JSON, or the folder holds one."""
    return _is_squad(path) if path.is_file() else path.is_dir() and bool(_files(path))


def _is_squad(path: Path) -> bool:
    if path.suffix.lower() != ".json" or path.stat().st_size == 0:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        starts = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
        return starts and all(content.find(key) >= 0 for key in _KEYS)


def _files(folder: Path) -> list[Path]:
    found = [p for p in sorted(folder.glob("*.json")) if p.is_file() and not _folders.junk(p.name)]
    return [path for path in found if _is_squad(path)]


def read(path: Path, options: Options) -> Data:
    """Questions with their answers; `split` from the files' names, a dev file being the test where there is
    no other. Articles are groups where there are FEWEST_ARTICLES.

    Questions of which the answers are not told are dropped with a note (those marked `is_impossible` have
    none, which is an answer too). Raises DataError for a file that is no such JSON, UsageError for several
    files that are no splits of one data set.
    """
    files = [path] if path.is_file() else _chosen(_files(path), path)
    roles = {file: _role(file, files) for file in files}
    questions = [one for file in files for one in _questions(file, roles[file])]
    questions, notes = _once(questions, path.name)
    unanswered = sum(one.answers is None for one in questions)
    if unanswered == len(questions):
        return Data(path.stem, "question", _inputs(questions), target_name="answers", notes=tuple(notes))
    if unanswered:
        notes.append(
            Note.of("warning", "dropped_no_answer", NO_ANSWER, {"count": unanswered}, of=len(questions))
        )
        questions = [one for one in questions if one.answers is not None]
    answers = Phrases.of(
        [[text for text, _ in one.answers or ()] for one in questions],
        [[place for _, place in one.answers or ()] for one in questions],
    )
    split = np.array([one.role or 0 for one in questions], dtype=np.uint8) if len(files) > 1 else None
    if split is not None:
        notes += _split_notes(files, roles)
    return Data(
        name=path.name if path.is_dir() else path.stem,
        modality="question",
        inputs=_inputs(questions),
        targets=answers,
        target_name="answers",
        groups=_articles(questions),
        split=split,
        notes=tuple(notes),
    )


def read_inputs(path: Path, modality: str, hint: Mapping[str, Any]) -> tuple[Questions, list[str]]:
    """Questions without a look at their answers: (inputs, their ids)."""
    questions = list(_questions(path, None))
    if not questions:
        raise DataError(NO_QUESTION.format(name=path.name))
    return _inputs(questions), [one.id for one in questions]


def _chosen(files: list[Path], folder: Path) -> list[Path]:
    """The one file there is, or the splits of one data set."""
    if len(files) == 1:
        return files
    roles = Counter(spoken_role(file.name) for file in files)
    if set(roles.values()) != {1} or None in roles or TRAIN not in roles:
        listed = ", ".join(file.name for file in files)
        raise UsageError(SEVERAL.format(folder=folder.name, listed=listed))
    return files


def _role(file: Path, files: list[Path]) -> int | None:
    """The split that a file's name speaks of. The official test answers are secret: the dev file stands for
    them where it is the only other one."""
    role = spoken_role(file.name) if len(files) > 1 else None
    return TEST if role == VALID and len(files) == 2 else role


def _split_notes(files: list[Path], roles: dict[Path, int | None]) -> list[Note]:
    found = {file.name: ("train", "valid", "test")[roles[file] or 0] for file in files}
    listed = ", ".join(f"{name} ({role})" for name, role in found.items())
    return [Note.of("info", "split_files", SPLIT_FILES, {"files": found}, listed=listed)]


def _questions(file: Path, role: int | None) -> Iterator[_Question]:
    """The questions of one file. Raises DataError naming the file and the place."""
    text, _ = _delimited.decode(_delimited.read_bytes(file), file.name)
    content = _json.parse(text, file.name)
    for number, article in enumerate(_records(content, "data", file.name), start=1):
        place = ARTICLE.format(file=file.name, number=number)
        for at, paragraph in enumerate(_records(article, "paragraphs", place), start=1):
            there = PARAGRAPH.format(place=place, number=at)
            passage = paragraph.get("context")
            if not isinstance(passage, str):
                raise DataError(NO_TEXT.format(place=there, key="context", what=_kind(passage)))
            for which, qa in enumerate(_records(paragraph, "qas", there), start=1):
                here = QUESTION.format(place=there, number=which)
                if not isinstance(qa.get("question"), str):
                    what = _kind(qa.get("question"))
                    raise DataError(NO_TEXT.format(place=here, key="question", what=what))
                answers = _answers(qa, here)
                name = str(qa.get("id", f"{number}.{at}.{which}"))
                yield _Question(name, qa["question"], passage, (file.name, number), answers, role)


def _records(holder: Any, key: str, place: str | Words) -> list[dict[str, Any]]:
    entries = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise DataError(NO_LIST.format(place=place, key=key, what=_kind(entries)))
    return entries


def _answers(qa: dict[str, Any], place: Words) -> list[tuple[str, int]] | None:
    """The texts and where they begin, -1 where that is no number; [] where there is none to be found."""
    if qa.get("is_impossible") is True:
        return []
    if not qa.get("answers"):
        return None
    return [(_text(one, place), _start(one)) for one in _records(qa, "answers", place)]


def _text(answer: dict[str, Any], place: Words) -> str:
    if not isinstance(answer.get("text"), str):
        raise DataError(ANSWER_WITHOUT.format(place=place, what=_kind(answer.get("text"))))
    return answer["text"]


def _start(answer: dict[str, Any]) -> int:
    start = answer.get("answer_start")
    if not isinstance(start, int) or isinstance(start, bool):
        return -1
    return start if 0 <= start < 2**31 else -1


def _kind(value: Any) -> Words:
    return NOTHING if value is None else A_TYPE.format(type=type(value).__name__)


def _once(questions: list[_Question], name: str) -> tuple[list[_Question], list[Note]]:
    """Without copies of a question; ids that different questions share are told."""
    if not questions:
        raise DataError(NO_QUESTION.format(name=name))
    seen: dict[tuple[str, str, str], _Question] = {}
    for one in questions:
        seen.setdefault((one.id, one.question, one.passage), one)
    notes = []
    if copies := len(questions) - len(seen):
        notes.append(Note.of("warning", "questions_repeated", REPEATED, {"count": copies}))
    if shared := sum(count - 1 for count in Counter(id for id, _, _ in seen).values()):
        notes.append(Note.of("info", "ids_shared", SHARED_IDS, {"count": shared}))
    return list(seen.values()), notes


def _inputs(questions: list[_Question]) -> Questions:
    passages: dict[str, int] = {}
    which = [passages.setdefault(one.passage, len(passages)) for one in questions]
    return Questions([one.question for one in questions], list(passages), which)


def _articles(questions: list[_Question]) -> np.ndarray | None:
    """A code int64 [n] for each article, or None where there are few."""
    codes: dict[tuple[str, int], int] = {}
    found = np.array([codes.setdefault(one.article, len(codes)) for one in questions], dtype=np.int64)
    return found if len(codes) >= FEWEST_ARTICLES else None
