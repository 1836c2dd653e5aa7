"""A fitted translator with its files: `translation.json` (what it is, and its words) and `translation.npz`
(its numbers)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np

from nikti.classical import facts
from nikti.classical.tasks._model import TaskModel, of_code
from nikti.classical.tasks._translation import words
from nikti.classical.tasks._translation.decode import Weights
from nikti.classical.tasks._translation.language_model import LanguageModel
from nikti.classical.tasks._translation.memory import Memory
from nikti.classical.tasks._translation.phrases import PhraseTable
from nikti.classical.tasks._translation.translator import Tables, Translator
from nikti.core.answers import Phrases
from nikti.core.contender import FitReport
from nikti.core.graph import Graph
from nikti.core.inputs import Inputs
from nikti.core.steps import SAMPLE, Value
from nikti.core.words import Words

#: Raised when a folder written by this version could not be read by an older one.
FORMAT = 1

_WHAT = Words(en="translator", bn="অনুবাদ-মডেল")
FACTS, NUMBERS = "translation.json", "translation.npz"


@dataclass
class TranslationModel(TaskModel):
    """contender: its name; translator: a fitted translator or memory."""

    contender: str
    translator: Translator | Memory
    report: FitReport = field(default_factory=FitReport)

    def predict(self, inputs: Inputs) -> Phrases:
        """One text for each."""
        return Phrases.of([[text] for text in self.translator.all(list(inputs))])

    def graph(self) -> Graph:
        """Its search is Python code; see `nikti.core.graph`."""
        why = "a translation is looked up or looked for by Python code: nikti/classical/tasks/_translation"
        return of_code((Value(SAMPLE, "str", (None,)),), self.translator, why)

    def importance(self) -> list[tuple[str, float]] | None:
        """(phrase pair, share) in falling order; None for the memory."""
        return self.translator.importance()

    def save(self, folder: Path) -> None:
        """Write everything needed to translate again into a folder, which is made."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        if isinstance(self.translator, Memory):
            stored = {"texts": self.translator.texts, "translations": self.translator.translations}
        else:
            stored, arrays = _of_phrases(self.translator)
            np.savez_compressed(folder / NUMBERS, **cast(Any, arrays))
        facts.write(folder, FACTS, FORMAT, self.contender, self.report, **stored)


def load(folder: Path) -> TranslationModel:
    """Read a model back. Raises ModelError if it is damaged or of another format."""
    folder = Path(folder)
    stored = facts.read(folder, FACTS, FORMAT, _WHAT)
    with facts.reading(folder, _WHAT):
        if "texts" in stored:
            translator: Translator | Memory = Memory(stored["texts"], stored["translations"])
        else:
            with np.load(folder / NUMBERS, allow_pickle=False) as arrays:
                translator = _to_phrases(stored, dict(arrays))
        return TranslationModel(stored["contender"], translator, facts.report_of(stored))


def _of_phrases(translator: Translator) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    tables = translator.tables
    pairs = [(s, t, f) for s, some in tables.phrases.pairs.items() for t, f in some]
    stored = {
        "weights": asdict(translator.weights),
        "sources": tables.sources,
        "targets": tables.targets,
        "usual": tables.case.usual,
        "capital": tables.case.capital,
        "size": tables.language.size,
    }
    arrays = {
        "features": np.array([f for _, _, f in pairs]).reshape(-1, 4),
        "counts": np.array([tables.phrases.counts[s, t] for s, t, _ in pairs], np.int32),
    }
    for name, place in (("source", 0), ("target", 1)):
        arrays[f"{name}_words"] = np.array([word for pair in pairs for word in pair[place]], np.int32)
        arrays[f"{name}_ends"] = np.cumsum([len(pair[place]) for pair in pairs], dtype=np.int64)
    for what in _LANGUAGE:
        for number, array in enumerate(getattr(tables.language, what)):
            arrays[f"{what}_{number}"] = array
    return stored, arrays


#: Lists of arrays that a language model is made of, and how many each holds.
_LANGUAGE = {"keys": 3, "chances": 3, "backoff_keys": 2, "backoffs": 2}


def _to_phrases(stored: dict[str, Any], arrays: dict[str, np.ndarray]) -> Translator:
    sides = []
    for name in ("source", "target"):
        ends = arrays[f"{name}_ends"].tolist()
        flat = arrays[f"{name}_words"].tolist()
        sides.append([tuple(flat[a:b]) for a, b in zip([0, *ends], ends, strict=False)])
    pairs: dict[tuple[int, ...], list[tuple[tuple[int, ...], np.ndarray]]] = {}
    for source, target, features in zip(*sides, arrays["features"], strict=True):
        pairs.setdefault(source, []).append((target, features))
    counts = dict(zip(zip(*sides, strict=True), arrays["counts"].tolist(), strict=True))
    lists = {what: [arrays[f"{what}_{k}"] for k in range(count)] for what, count in _LANGUAGE.items()}
    tables = Tables(
        stored["sources"],
        stored["targets"],
        PhraseTable(pairs, counts),
        LanguageModel(stored["size"], **lists),
        words.Case(stored["usual"], stored["capital"]),
    )
    return Translator(tables, Weights(**stored["weights"]))
