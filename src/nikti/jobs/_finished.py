"""What jobs that look at a run's trials share: the rows, what they mean, and the data that they are of."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nikti.core.data import Data
from nikti.core.run import Run
from nikti.executors import Roots

if TYPE_CHECKING:
    from nikti.verdict.judge import Verdict


@dataclass(frozen=True)
class Finished:
    """data: None where the stored data are gone."""

    run: Run
    verdict: Verdict
    data: Data | None


def load(data: str, roots: Roots) -> Finished:
    """The run in its folder as it stands, and the stored data of that name."""
    from nikti.storage import cache
    from nikti.storage.store import Store
    from nikti.verdict.judge import judge

    with closing(Store.look(roots["run"])) as store:
        run = store.run()
    place = roots["data"] / data
    return Finished(run, judge(run), cache.load(place) if place.is_dir() else None)
