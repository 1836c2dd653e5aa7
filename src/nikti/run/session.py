"""The whole way: from a request to a run with its report."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nikti import executors
from nikti.core import files, own_code
from nikti.core.errors import DataError, NiktiError, RunError, UsageError
from nikti.core.outputs import refuse_being_written, refuse_taken
from nikti.core.run import Run
from nikti.core.words import Words, stored
from nikti.executors import Allowance, Executor
from nikti.explain import projection
from nikti.jobs import explain, layers, samples
from nikti.protocol import plan as planning
from nikti.run import prepare, reading, schedule
from nikti.run.clock import Clock
from nikti.run.folders import clear, locked, new_folder
from nikti.run.machine import measure_setup, workers_and_threads
from nikti.run.request import Request, names, own_files
from nikti.run.workers import OnEvent, roots, roots_of, run_job, stored_data, try_jobs
from nikti.sides import SIDES, loaded_by_workers
from nikti.storage import cache
from nikti.storage.models import first_fold, kept
from nikti.storage.store import Store

if TYPE_CHECKING:
    from nikti.verdict.judge import Verdict

#: CPU seconds that networks may compute for the report on their layers: without a limit, and at least.
LAYERS_SECONDS, LEAST_LAYERS_SECONDS = 10.0, 0.5

#: Seconds that training alone is planned for: enough that nothing of a recipe is cut.
UNHURRIED = 1e7

#: Outcomes of trials that a run which goes on has another try at.
_TRIED_AGAIN = ("failed", "killed", "timeout", "skipped")

#: What the jobs of both sides need.
LAYERS_FAILED = Words(en="The layers could not be looked into: {text}", bn="স্তরগুলোর ভেতরে দেখা গেল না: {text}")

_COMMON = ("nikti.jobs._parts", "nikti.storage.cache", "scipy.stats", "pandas")

_DATA_GONE = Words(
    en="the stored data of this run are gone ({home}); run the compare command again.",
    bn="এই রানের রাখা ডেটা আর নেই ({home}); তুলনার কমান্ডটি আবার চালান।",
)
_NOT_TO_TRAIN = Words(en="{name} cannot be trained: {reason}", bn="{name} শেখানো যায় না: {reason}")
_NOT_TRAINED = Words(en="{name} could not be trained: {reason}", bn="{name} শেখানো যায়নি: {reason}")


def _pool(sides: Sequence[str] = SIDES) -> AbstractContextManager[Executor]:
    """Workers whose imports, those of the sides that take part, go on while the data are read."""
    workers, threads = workers_and_threads()
    modules = (*_COMMON, *loaded_by_workers(sides))
    return closing(executors.start("nikti.jobs:run", modules, workers, threads))


def run_comparison(
    request: Request,
    memory: Any,
    out: str | Path | None,
    runs: Path,
    began: float,
    on_event: OnEvent,
    lang: str,
) -> Path:
    """Run a comparison, or go on with the same one if it was interrupted; returns its folder."""
    made: list[Path] = []  # taken away again once no worker writes into it any more
    try:
        with _pool(request.sides) as pool:
            on_event({"event": "reading", "source": request.source or "data in memory"})
            data, task = reading.read(request, memory)
            key = {"settings": request.settings(), "fingerprint": data.fingerprint}
            with locked(key, out, runs, data.name, made) as store:
                on_event({"event": "run", "folder": str(store.folder)})
                clear(store.folder)
                if store.get("plan") is None:
                    store.put("key", key)
                    store.put("lang", lang)
                    store.put("settings", request.settings())
                    store.put("input", reading.input_card(data))
                    prepare.prepare_run(store, pool, request, data, task, began, on_event)
                else:  # the data may have gone from the cache since, or be damaged there
                    store.put("home", str(prepare.store_data(data, task, request.preset).home))
                    store.forget(_TRIED_AGAIN)
                _run(store, pool, request.limit, began, on_event)
                return store.folder
    except (UsageError, DataError):  # nothing was trained: leave no empty run behind
        for folder in made:
            shutil.rmtree(folder)
        raise


def _run(store: Store, pool: Executor, limit: float, began: float, on_event: OnEvent) -> None:
    """From the plan to the report. Stopped on the way, it leaves a report of what is known by then."""
    plan = store.plan()
    on_event({"event": "plan", "plan": plan.to_json()})
    clock = Clock(limit, began)
    before = len(store.results())
    try:
        run = schedule.run_plan(
            store, pool, limit=limit, started=began, on_event=on_event, workers=plan.workers
        )
        if len(run.results) > before or store.get("layers") is None:
            _close(store, pool, run, clock, on_event)
    except KeyboardInterrupt:
        _finish(store, clock, finished=False)
        raise
    path = _finish(store, clock, finished=True)
    on_event({"event": "report", "path": str(path)})
    on_event({"event": "progress", "done": 1.0, "elapsed": clock.elapsed(), "eta": 0.0})


def _close(store: Store, pool: Executor, run: Run, clock: Clock, on_event: OnEvent) -> None:
    """What the report shows beyond scores, as far as there is time for it."""
    from nikti.verdict.judge import judge

    planned = planning.closing(run.plan.preset, clock.limit)
    threads, job_roots = run.plan.threads, roots_of(store)
    on_event({"event": "explaining"})
    data, specs = stored_data(store), store.contenders()
    jobs = {
        "explain": explain.Job(data, specs, run.machine["device"], planned.explaining, threads),
        "layers": _layers_job(store, run, max(LEAST_LAYERS_SECONDS, planned.looking)),
    }
    store.put("samples", run_job(pool, "samples", samples.Job(data, specs, threads), job_roots))
    found = try_jobs(pool, jobs, job_roots, Allowance(clock.end - planned.report))
    explained = found["explain"]  # this and the layers decide nothing, so they must not end a run
    failed = isinstance(explained, NiktiError)
    store.put("explained", stored("failed", explained.words) if failed else explained)
    _keep_layers(store, run, found["layers"])
    _drop_unneeded_models(store.folder, judge(store.run()))


def _finish(store: Store, clock: Clock, finished: bool) -> Path:
    """The report of what is known; the run says how long it took, from the command to here."""
    store.put("seconds", store.get("seconds", 0.0) + clock.elapsed())
    store.put("finished", finished)
    shutil.rmtree(store.folder / "work", ignore_errors=True)
    return write_report(store.folder, None, store.get("lang"))


def _drop_unneeded_models(folder: Path, verdict: Verdict) -> None:
    """Of the models of the first fold, keep the network whose layers are shown, and what stands for a
    champion without a fit on all rows."""
    needed = {first_fold(folder, verdict.champions.get("deep") or "")}
    models = [kept(folder, name) for name in (*verdict.champions.values(), verdict.winner) if name]
    needed |= {place for place in models if place is not None}
    for place in (folder / "first_fold").glob("*"):
        if place not in needed:
            shutil.rmtree(place)


def _layers_job(store: Store, run: Run, seconds: float, umap: bool = False) -> layers.Job:
    """The job that analyses the deep champion's layers."""
    data, specs = stored_data(store), store.contenders()
    return layers.Job(data, specs, run.machine["device"], seconds, run.plan.threads, umap)


def _keep_layers(store: Store, run: Run, found: dict[str, Any] | NiktiError) -> dict[str, Any]:
    """Store the analysis of the layers, or why there is none."""
    if isinstance(found, NiktiError):
        from nikti.verdict.judge import judge

        champion = judge(run).champions.get("deep")
        reason = LAYERS_FAILED.format(text=found.words)
        found = {"contender": champion, "why": "failed", **stored("reason", reason)}
    store.put("layers", found)
    return found


def _run_layers(store: Store, pool: Executor, seconds: float, umap: bool = False) -> dict[str, Any]:
    """Analyse the champion's layers, with nothing else of the run beside it."""
    run = store.run()
    found = try_jobs(pool, {"layers": _layers_job(store, run, seconds, umap)}, roots_of(store))
    return _keep_layers(store, run, found["layers"])


def inspect_layers(folder: Path, umap: bool) -> dict[str, Any]:
    """The analysis of a run's network by `insight.layers`; computed where it is missing, or lacks a
    requested map. Raises UsageError where UMAP is not installed."""
    with closing(Store.look(folder)) as store:
        found = store.get("layers")
        drawn = found and found.get("layers")
        if found is not None and not (umap and drawn and drawn[0]["umap"] is None):
            return found
        if umap:
            projection.installed()
    with closing(Store.open(folder)) as store, store.lock(), _pool(("deep",)) as pool:
        return _run_layers(store, pool, LAYERS_SECONDS, umap)


def estimate_plans(request: Request, memory: Any, presets: Sequence[str]) -> dict[str, Any]:
    """What would run under each preset, without training anything: {"data": facts, "machine",
    "data_mb", "plans": {preset: plan}}. A preset's own time limit is used where the user named none.

    The data are decoded into the cache, where `compare` finds them again.
    """
    place = Path(tempfile.gettempdir()) / "nikti-plan"
    with _pool(request.sides) as pool, files.folder_beside(place) as folder:
        plans: dict[str, Any] = {}
        found: dict[str, Any] = {}
        data, task = reading.read(request, memory)
        setup = measure_setup(pool, folder, request)
        for preset in presets:
            requested = replace(request, preset=preset)
            stored, split, found = prepare.prepare_data(requested, data, task)
            job = prepare.plan_job(requested, stored, task, split, setup)
            job_roots = roots(folder, requested.settings(), stored.folder)
            plans[preset], _ = run_job(pool, f"plan-{preset}", job, job_roots)
    size = sum(file.stat().st_size for file in stored.folder.rglob("*") if file.is_file())
    return {"data": found, "machine": asdict(setup), "data_mb": size / 1e6, "plans": plans}


def resume_run(folder: Path, limit: float | None, began: float, on_event: OnEvent) -> None:
    """Resume a run from its folder alone. Raises RunError if it has no plan yet or its stored data are gone,
    UsageError if it names Python files that this user has not named."""
    with closing(Store.open(folder)) as store, store.lock():
        settings, home = store.get("settings"), store.get("home")
        store.plan()  # raises where there is none to go on with
        for path, flag in _code_of(store).items():
            own_code.source(path, how=shlex.join(["nikti", "resume", str(folder), *flag]))
        if not Path(home).is_dir():
            raise RunError(_DATA_GONE.format(home=home))
        on_event({"event": "run", "folder": str(folder)})
        on_event({"event": "data", "data": store.get("data")})
        cache.check(Path(home))
        clear(folder)
        store.forget(_TRIED_AGAIN)
        with _pool(Request.of(settings).sides) as pool:
            if limit is not None:
                prepare.plan_anew(store, pool, replace(Request.of(settings), seconds=limit), began)
            _run(store, pool, limit or Request.of(settings).limit, began, on_event)


def _code_of(store: Store) -> dict[str, tuple[str, str]]:
    """{every Python file that a run names, whoever made it: the flag that names it}."""
    settings = store.get("settings")
    named = [(settings["features"], "--features"), (settings["network"], "--network")]
    own = list(own_files(settings["contenders"]).items())
    for spec in store.get("contenders", {}).values():
        options = spec["options"]
        named += [(options.get("features_file"), "--features"), (options.get("network_file"), "--network")]
        own += (options.get("own") or {}).items()
    flags = {path: (flag, path) for path, flag in named if path}
    return flags | {path: ("--contender", f"{path}:{name}") for name, path in own}


def train_one(
    request: Request,
    memory: Any,
    out: str | Path | None,
    models: Path,
    began: float,
    on_event: OnEvent,
) -> Path:
    """Train one contender on all rows; returns the model's folder, which is all that stays."""
    with _pool(request.sides) as pool:
        return _train_one(pool, request, memory, out, models, began, on_event)


def _train_one(
    pool: Executor,
    request: Request,
    memory: Any,
    out: str | Path | None,
    models: Path,
    began: float,
    on_event: OnEvent,
) -> Path:
    request = replace(request, seconds=UNHURRIED)
    data, task = reading.read(request, memory)
    name = names(request.contenders)[0]
    target = Path(out) if out is not None else new_folder(models, f"{data.name}-{name}")
    refuse_taken(target)
    refuse_being_written(target)
    files.sweep(target.parent)
    with files.folder_beside(target) as beside, closing(Store.create(beside)) as store, store.lock():
        store.put("settings", request.settings())
        store.put("input", reading.input_card(data))
        prepare.prepare_run(store, pool, request, data, task, None, on_event)
        run = store.run()
        fitted = list(run.plan.entries)
        if not fitted:
            raise RunError(_NOT_TO_TRAIN.format(name=name, reason=run.plan.refused[0].reason))
        result = schedule.fit_on_all_rows(store, pool, run, fitted[0], began, on_event)
        if result.outcome != "ok":
            raise RunError(_NOT_TRAINED.format(name=name, reason=Words(result.reason, result.reason_bn)))
        refuse_taken(target)  # another process may have been faster
        os.replace(beside / "models" / fitted[0], target)
    return target


def report_name(lang: str) -> str:
    """The file name of the report in a run folder."""
    return "report.html" if lang == "en" else f"report-{lang}.html"


def write_report(folder: Path, path: Path | None, lang: str) -> Path:
    """The report of a run, from its rows and a few of its samples. path: the run's own place if None.
    Raises UsageError where something other than a report is there."""
    from nikti.insight import earlier
    from nikti.report.html import refuse_other, report
    from nikti.verdict.judge import judge

    if path is not None:
        refuse_other(path)
    store = Store.look(folder)
    try:
        run = store.run()
        shown = store.get("samples", {}) | {"explained": earlier.explained(store.get("explained", {}))}
        layers_found = earlier.layers(store.get("layers"))
    finally:
        store.close()
    return report(run, judge(run), shown, path or folder / report_name(lang), lang, layers_found)
