"""Which device networks will compute on."""

from __future__ import annotations

from typing import Any

from nikti.jobs import Emit
from nikti.jobs._parts import write_json


def work(job: dict[str, Any], emit: Emit) -> None:
    """Asked in a child: a process that has looked at an accelerator cannot be forked any more."""
    from nikti.deep.device import choose

    write_json(job["out"] + ".json", choose(job["wanted"]))
