"""A run in the user's hands: its verdict, its leaderboard, its report, its models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nikti.core.errors import RunError, UsageError
from nikti.core.foreign import told
from nikti.core.words import Words
from nikti.run.request import absolute, own_files

if TYPE_CHECKING:
    from nikti.model.fitted import FittedModel
    from nikti.model.together import FittedTogether


NOT_SHOWN = Words(
    en="the run in {folder} cannot be shown as it is: {reason}. It is damaged, or was not written by nikti.",
    bn="{folder} ফোল্ডারের তুলনাটি দেখানো যাচ্ছে না: {reason}। এটি নষ্ট, বা নিক্তির লেখা নয়।",
)

_NO_MORE = Words(
    en="more samples must be 1 or above, not {count}.",
    bn="বাড়তি নমুনার সংখ্যা হতে হবে ১ বা তার বেশি, {count} নয়।",
)
_NO_MODEL = Words(
    en="no model came out of the run in {folder}.",
    bn="{folder} ফোল্ডারের রান থেকে কোনো মডেল পাওয়া যায়নি।",
)


class Comparison:
    """A finished or unfinished run."""

    def __init__(self, folder: Path):
        from nikti.storage.store import Store
        from nikti.verdict.judge import judge

        store = Store.look(folder)
        try:
            self._run = store.run()
            self._settings = store.get("settings")
            self._home = store.get("home")
            self._task = store.get("task")
            self._lang = store.get("lang", "en")
        finally:
            store.close()
        self.folder = Path(folder)
        with told(RunError, NOT_SHOWN, folder=folder):
            self.verdict = judge(self._run)

    @property
    def finished(self) -> bool:
        """Whether the run went to its end."""
        return self._run.finished

    def leaderboard(self) -> list[dict[str, Any]]:
        """One dict per contender, best first; see `nikti.verdict.leaderboard`."""
        from nikti.verdict.leaderboard import leaderboard

        with told(RunError, NOT_SHOWN, folder=self.folder):
            return leaderboard(self._run)

    def data_curve(self) -> dict[str, list[dict[str, float]]]:
        """{contender: [{"size", "score", "low", "high", "folds"}, ...]}, sizes rising."""
        from nikti.verdict.leaderboard import data_curve

        return data_curve(self._run)

    def more_data(self, *more: int) -> dict[str, Any]:
        """What `more` further labelled samples would bring each side, and 2, 4 and 8 times the largest
        training size; see `nikti.verdict.more_data`. Raises UsageError for a count below 1."""
        from nikti.verdict.more_data import more_data

        if any(count < 1 for count in more):
            raise UsageError(_NO_MORE.format(count=min(more)))
        with told(RunError, NOT_SHOWN, folder=self.folder):
            return more_data(self._run, self.verdict, more)

    def sentence(self, lang: str = "en") -> str:
        """The verdict in one plain sentence, "en" or "bn"."""
        from nikti.report.words import verdict_sentence

        return verdict_sentence(self.verdict, lang)

    def conditions(self, lang: str = "en") -> list[dict[str, Any]]:
        """What the verdict depends on, time limits among it: [{"code", "level", "name", "text", "values"}],
        level "warning" where it makes the verdict less sure, name and text in "en" or "bn"; see
        `nikti.verdict.conditions`."""
        from nikti.report.words.conditions import in_words

        return in_words(self.verdict, lang)

    def report(self, path: str | Path | None = None, lang: str = "en") -> Path:
        """Write the report as one HTML page that needs no network; returns its path."""
        from nikti.run.session import write_report

        with told(RunError, NOT_SHOWN, folder=self.folder):
            return write_report(self.folder, None if path is None else Path(path), lang)

    def layers(self, umap: bool = False) -> dict[str, Any]:
        """How the network's layers learn: probes, readouts of the hand-made features, units; see
        `nikti.insight.layers`. umap: with UMAP maps beside those of PCA, which the next report shows too;
        raises UsageError where umap-learn is not installed."""
        from nikti.run.session import inspect_layers

        return inspect_layers(self.folder, umap)

    def explained(self) -> dict[str, Any]:
        """What the champions looked at in this run's own samples, how faithful that is, and whether they
        agree; see `nikti.insight.faithfulness.explain_champions`. {} where nothing was explained."""
        from nikti.storage.store import Store

        store = Store.look(self.folder)
        try:
            return store.get("explained", {})
        finally:
            store.close()

    @property
    def best(self) -> FittedModel:
        """The model to use: the winner, or the cheaper one of a tie."""
        if self.verdict.winner is None:
            raise RunError(_NO_MODEL.format(folder=self.folder))
        return self.model(self.verdict.winner)

    def model(self, contender: str) -> FittedModel:
        """The fitted model of one of the champions, with the files of your own that it was made with."""
        own = {name.rsplit(":", 1)[-1]: name for name in self._settings["contenders"]}
        from nikti.model.load import load

        return load(
            self.folder,
            own.get(contender, contender),
            self._settings["features"],
            self._settings["network"],
        )

    @property
    def together(self) -> FittedTogether:
        """Both champions as one model, the weighted average of what they say, with its `weight`, `score` and
        `interval`; `document()["together"]` tells whether it is worth its price. Raises ModelError with the
        reason where there is none."""
        from nikti.model import together

        return together.of_run(
            self.folder,
            features=absolute(self._settings["features"]),
            network=absolute(self._settings["network"]),
            own=own_files(self._settings["contenders"]),
        )

    def document(self, lang: str = "en") -> dict[str, Any]:
        """The whole outcome as one JSON-able document, as `nikti compare --json` prints it; the verdict's
        sentences in "en" or "bn"."""
        verdict = self.verdict
        return {
            "run": str(self.folder),
            "data": self._run.data,
            "task": self._task,
            "seconds": self._run.seconds,
            "finished": self.finished,
            "verdict": {
                "call": verdict.call,
                "strength": verdict.strength,
                "gap": verdict.gap,
                "interval": None if verdict.low is None else [verdict.low, verdict.high],
                "band": verdict.band,
                "detectable": verdict.detectable,
                "settles_at": verdict.settles_at,
                "every_class": verdict.every_class,
                "n": verdict.n,
                "winner": verdict.winner,
                "advice": verdict.advice.shown(lang),
                "reasons": [reason.shown(lang) for reason in verdict.reasons],
                "conditions": self.conditions(lang),
                "sentence": self.sentence(lang),
            },
            "champions": verdict.champions,
            "together": self._together(lang),
            "leaderboard": self.leaderboard(),
            "report": self._report_path(),
        }

    def _together(self, lang: str) -> dict[str, Any]:
        """What both champions reach together, see `nikti.verdict.together.Together`; or {"reason"}."""
        from dataclasses import asdict

        from nikti.core.data import Note
        from nikti.verdict.together import together

        found = together(self._run, self.verdict.band)
        if isinstance(found, Note):
            return {"reason": found.shown(lang)}
        return {**asdict(found), "advice": found.advice.shown(lang) if found.advice else None}

    def _report_path(self) -> str | None:
        from nikti.run.session import report_name

        page = self.folder / report_name(self._lang)
        return str(page) if page.is_file() else None

    def __repr__(self) -> str:
        return f"<nikti run {self.folder}: {self.sentence()}>"
