"""Plans made by hand, with what a test is about and defaults for the rest."""

from dataclasses import replace

from nikti.core.contender import FLOOR, Budget
from nikti.core.plan import Entry, Plan, Priced
from nikti.core.words import Words


def entry(name, side, seconds=1.0, *, later=None, answer=0.0, epochs=None, inner_folds=1, **more):
    """A contender's line. seconds: of a fold with the search; later: without it (None: as many)."""
    effort = Budget(epochs=epochs, inner_folds=inner_folds)
    planned = Priced(effort, seconds, seconds if later is None else later, answer)
    more["title"] = Words.of(more.get("title", name))
    more["method"] = Words.of(more.get("method", FLOOR if name == "dummy" else ""))
    defaults = {"recipe": name}
    return Entry(**defaults | {"name": name, "side": side, "planned": planned} | more)


def plan(contenders, *, sizes=(100,), folds=5, **more):
    """A plan of these entries. sizes: rising, the last is the full one."""
    defaults = {"metric": "accuracy", "everything": sizes[-1], "curve_folds": folds}
    return Plan(**defaults | {"folds": folds, "sizes": tuple(sizes), "contenders": tuple(contenders)} | more)


def altered(plan, name, **more):
    """The plan with one contender's line changed."""
    return replace(
        plan, contenders=tuple(replace(e, **more) if e.name == name else e for e in plan.contenders)
    )


def joined(plan, *entries):
    """The plan with more contenders."""
    return replace(plan, contenders=(*plan.contenders, *entries))
