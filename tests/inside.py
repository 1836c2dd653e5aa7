"""Runs whose jobs are done inside this process: no time goes into starting others, and a test can look at
every job and answer it itself."""

from __future__ import annotations

import json
import time
from contextlib import closing
from pathlib import Path

from nikti.core import catalogue
from nikti.executors import Outcome
from nikti.jobs import unpacked
from nikti.storage.store import Store


class Inside:
    """An executor (see `nikti.executors`) that does one job at a time, here. answer(id, kind, job) -> the
    answer in place of the job's own, which may be an Outcome; None: the job is done. seen: the jobs' ids in
    order."""

    workers = 1

    def __init__(self, answer=None):
        self.answer, self.seen, self.allowed = answer, [], {}

    def run(self, following, roots, *, workers=None, on_start=lambda id: None, on_message=None):
        while (job := following()) is not None:
            self.seen.append(job.id)
            self.allowed[job.id] = job.allowance
            on_start(job.id)
            yield self._outcome(job, roots, on_message or (lambda id, message: None))

    def _outcome(self, job, roots, on_message):
        kind, one = unpacked(json.loads(json.dumps(job.work)), roots)
        began, cpu = time.perf_counter(), time.process_time()
        found = None if self.answer is None else self.answer(job.id, job.work["kind"], one)
        if isinstance(found, Outcome):
            return found
        if found is None:
            found = kind.work(one, roots, lambda message: on_message(job.id, message))
        answer = json.loads(json.dumps(found))
        seconds = time.perf_counter() - began
        return Outcome(job.id, "ok", answer, peak_mb=1.0, seconds=seconds, cpu=time.process_time() - cpu)

    def close(self):
        pass


#: Seconds with which no plan is cut.
LONG = 1e5

QUICK = ("logistic_regression", "text_cnn")


def run_of_texts(folder: Path) -> Path:
    """The folder of a finished run on 90 generated messages, each side with one quick contender; its data lie
    in the cache that is set while it is made."""
    from nikti.run import prepare, reading, schedule
    from nikti.run.request import Request

    request = Request(source="messages", preset="fast", contenders=QUICK, seconds=LONG)
    module = catalogue.load("datasets", "messages")
    task = catalogue.load("tasks", module.TASK).TASK
    data = task.prepare(module.load(n=90)).fingerprinted()
    pool, began = Inside(), time.monotonic()
    with closing(Store.create(folder)) as store:
        store.put("lang", "en")
        store.put("settings", request.settings())
        store.put("input", reading.input_card(data))
        prepare.prepare_run(store, pool, request, data, task, None, print)
        schedule.run_plan(store, pool, limit=LONG, started=began, on_event=lambda event: None, workers=1)
        store.put("seconds", time.monotonic() - began)
        store.put("finished", True)
    return folder
