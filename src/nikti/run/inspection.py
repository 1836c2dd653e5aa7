"""Facts about data before anything is trained."""

from __future__ import annotations

from typing import Any

from nikti import modalities
from nikti.core.data import Data
from nikti.core.task import Task
from nikti.protocol.leaks import leaks
from nikti.run import reading
from nikti.run.prepare import group_duplicates, store_data


def inspect(data: Data, task: Task) -> dict[str, Any]:
    """The facts of the data, with the copies found, for `nikti inspect`."""
    files = getattr(data.inputs, "paths", None)
    data, duplicates = group_duplicates(store_data(data, task, "medium"))
    data = data.noted(*leaks(data, task, files))
    found = {**reading.facts(data, task), "duplicates": duplicates}
    card = modalities.of(data.modality).card(data.inputs)
    return found | ({"columns": card["kinds"]} if "kinds" in card else {})
