"""The reductions of a plan for want of time, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nikti.core.contender import INNER_FOLDS, INNER_FOLDS_BELOW
from nikti.core.plan import Reduction
from nikti.core.words import Words
from nikti.protocol import efforts
from nikti.protocol import plan as planning
from nikti.protocol.efforts import Offer, Sizes

#: What was cut for want of time, by its code.
CUTS = {
    "fewer_tries": Words(
        en="Each contender compares {tries} of {of} settings.",
        bn="প্রত্যেক প্রতিযোগী {of}টির বদলে {tries}টি সেটিং তুলনা করেছে।",
    ),
    "fewer_inner_folds": Words(
        en="Settings and stopping points are found on one held-out fifth, not on three folds.",
        bn="সেটিং আর থামার জায়গা তিন ভাগে নয়, আলাদা রাখা এক-পঞ্চমাংশে ঠিক করা হয়েছে।",
    ),
    "fewer_inner_folds_classical": Words(
        en="Machine learning finds its settings on one held-out fifth, not on three folds.",
        bn="মেশিন লার্নিং তার সেটিং ঠিক করেছে তিন ভাগে নয়, আলাদা রাখা এক-পঞ্চমাংশে।",
    ),
    "fewer_inner_folds_deep": Words(
        en="Deep learning finds its settings and stopping points on one held-out fifth, not on three folds.",
        bn="ডিপ লার্নিং তার সেটিং আর থামার জায়গা ঠিক করেছে তিন ভাগে নয়, আলাদা রাখা এক-পঞ্চমাংশে।",
    ),
    "fewer_epochs": Words(
        en="{contender} trains {epochs} of {of} epochs.",
        bn="{contender} {of} ইপকের বদলে শিখেছে {epochs} ইপক।",
    ),
    "smaller_pictures": Words(
        en="{contender} sees pictures at {percent}% of their side.",
        bn="{contender} ছবি দেখেছে পাশের মাপের {percent}% করে।",
    ),
    "method_left_out": Words(
        en="No time for {method}: {contender} takes {needs} core-seconds for its shortest fit.",
        bn="{method} পদ্ধতির জন্য সময় নেই: {contender}-এর সবচেয়ে ছোট প্রশিক্ষণেও লাগত {needs} কোর-সেকেন্ড।",
    ),
}


def reductions(
    offers: Sequence[Offer], fitted: efforts.Fitted, preset: planning.Preset, sizes: Sizes
) -> tuple[Reduction, ...]:
    """What was cut for want of time, beside the preset's whole grid."""
    found = []
    budgets = [effort.budget for effort in fitted.efforts.values()]
    tries = max((budget.tries for budget in budgets), default=1)
    if tries < preset.tries:
        found.append(_cut("fewer_tries", tries=tries, of=preset.tries))
    if sizes.full < INNER_FOLDS_BELOW:
        found += _fewer_inner_folds(offers, fitted)
    for offer in offers:
        effort = fitted.efforts.get(offer.name)
        if effort is None or not offer.represents or offer.epochs is None:
            continue
        full_epochs = min(offer.epochs, preset.epochs or offer.epochs)
        epochs, scale = effort.budget.epochs or full_epochs, effort.budget.scale
        if epochs < full_epochs:
            found.append(_cut("fewer_epochs", contender=offer.name, epochs=epochs, of=full_epochs))
        if scale < 1:
            found.append(_cut("smaller_pictures", contender=offer.name, percent=round(100 * scale)))
    for offer, seconds in fitted.left_out:
        found.append(_cut("method_left_out", contender=offer.name, method=offer.method, needs=round(seconds)))
    return tuple(found)


def _fewer_inner_folds(offers: Sequence[Offer], fitted: efforts.Fitted) -> list[Reduction]:
    """What is said of sides that validate on one hold-out."""
    folds = {o.side: fitted.efforts[o.name].budget.inner_folds for o in offers if o.name in fitted.efforts}
    short = [side for side in planning.SIDES if folds.get(side, INNER_FOLDS) < INNER_FOLDS]
    if len(short) == len(folds):
        return [_cut("fewer_inner_folds")] if short else []
    return [_cut(f"fewer_inner_folds_{side}") for side in short]


def _cut(code: str, **values: Any) -> Reduction:
    plain = {name: str(value) if isinstance(value, Words) else value for name, value in values.items()}
    return Reduction(code, CUTS[code].format(**values), plain)
