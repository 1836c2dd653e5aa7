"""A classical model as files: `classical.json` (what it is), `estimator.skops`, `features.skops`.

No pickle: skops builds only the types it is told to trust, and it is told a fixed list. No training
rows are inside, with two exceptions that cannot be avoided: k nearest neighbours and the RBF support
vector machine *are* features of training samples; their JSON says "holds_training_features": true.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti import answers
from nikti.classical import facts
from nikti.classical.features_of import USER, Features, Parts
from nikti.classical.fitted import Fitted
from nikti.classical.intact import refuse_damaged
from nikti.classical.label_by_label import LabelByLabel
from nikti.classical.shape import learned_as
from nikti.core import archives, catalogue
from nikti.core.errors import ModelError
from nikti.core.foreign import reason
from nikti.core.words import Words

if TYPE_CHECKING:
    from nikti.classical.model import ClassicalModel

#: Raised when a folder written by this version could not be read by an older one.
FORMAT = 1

_FACTS, _ESTIMATOR, _FEATURES = "classical.json", "estimator.skops", "features.skops"

#: What `classical.json` must say, beside what every model's facts do. Earlier versions kept "unit".
FACTS = {
    "modality?": str,
    "unit?": str,
    "kind": str,
    "classes": int,
    "present": [(int, list)],  # of one classifier a label, a list for each
    "temperature": float,
    "centre": float,
    "spread": float,
    "form": dict,
    "dense": int,
    "importance": (list, type(None)),
    "user_features": (dict, type(None)),
}

#: Types outside skops' own list of harmless ones that our models are made of.
TRUSTED = (
    "nikti.classical.bayes_ratio.WeighedSVM",
    "nikti.classical.features._measured.Measured",
    "nikti.classical.features.series._random_kernels.RandomKernels",
    "nikti.classical.features.sound._kernels.SoundKernels",
    "nikti.classical.features.table.dates.Dates",
    "nikti.classical.features.table.levels.Levels",
    "nikti.classical.features.table.numbers.Numbers",
    "nikti.classical.features.table.one_hot.OneHot",
    "nikti.classical.features.table.text_style.TextStyle",
    "nikti.classical.features.table.text_words.TextWords",
    "nikti.classical.features.text._measured.Measured",
    "nikti.classical.ngrams.Ngrams",
    "nikti.classical.scaling.NgramsOnly",
    "nikti.classical.scaling.Scale",
    "nikti.classical.scaling.Select",
    "collections.OrderedDict",
    "collections.defaultdict",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "lightgbm.sklearn.LGBMRegressor",
    "scipy.sparse._csr.csr_matrix",
    "sklearn.tree._tree.Tree",
)

_WHAT = Words(en="classical model", bn="ক্ল্যাসিক্যাল মডেল")
_NOT_PRESENT = Words(
    en="{path} is damaged: present is {present} of {count} classes.",
    bn="{path} নষ্ট: {count}টি শ্রেণির মধ্যে present লেখা আছে {present}।",
)
_UNTRUSTED = Words(
    en="{path} holds types that are not trusted, and is not loaded: {types}. If it is your own "
    "estimator, name its file: --contender FILE.py:NAME",
    bn="{path} ফাইলে এমন টাইপ আছে যা বিশ্বস্ত নয়, তাই খোলা হয়নি: {types}। এটি আপনার নিজের এস্টিমেটর "
    "হলে তার ফাইলের নাম দিন: --contender FILE.py:NAME",
)
_UNREADABLE = Words(en="{path} cannot be read: {reason}", bn="{path} পড়া যায় না: {reason}")
_OWN_FEATURES = Words(
    en="this model was trained with your own features. Give the file again: --features FILE (its "
    "columns: {columns})",
    bn="মডেলটি আপনার নিজের ফিচার দিয়ে শিখেছে। ফাইলটি আবার দিন: --features FILE (এর কলাম: {columns})",
)
_OTHER_FILE = Words(
    en="{path} is not the features file this model was trained with (its content differs). Give the "
    "file as it was, or train again.",
    bn="মডেলটি যে ফিচার-ফাইল দিয়ে শিখেছে {path} তা নয় (ভেতরের লেখা আলাদা)। ফাইলটি যেমন ছিল তেমন দিন, বা আবার শেখান।",
)


def save(model: ClassicalModel, folder: Path) -> None:
    """Write the model into a folder, which is made."""
    from nikti.classical import skops_io

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    parts = model.features.parts
    user = parts.fixed.get(USER)
    fixed = {name: part for name, part in parts.fixed.items() if name != USER}
    skops_io.dump({"fixed": fixed, "learned": parts.learned}, folder / _FEATURES)
    fitted = model.fitted
    skops_io.dump(fitted.estimator, folder / _ESTIMATOR)
    told = {
        "modality": model.features.modality,
        "kind": answers.of(fitted.answer).KIND,
        "classes": fitted.classes,
        "present": [
            codes.tolist() if isinstance(codes, np.ndarray) else int(codes) for codes in fitted.present
        ],
        "temperature": fitted.temperature,
        "centre": fitted.centre,
        "spread": fitted.spread,
        "form": model.features.form,
        "dense": model.features.dense,
        "importance": model.shares,
        "holds_training_features": any(_holds_training_features(part.estimator) for part in fitted.parts),
        "user_features": None
        if user is None
        else {"sha256": user.sha256, "columns": list(map(str, user.get_feature_names_out()))},
    }
    facts.write(folder, _FACTS, FORMAT, model.contender, model.report, **told)


def read(folder: Path, options: dict[str, Any]) -> dict[str, Any]:
    """A model's fields, as `save` wrote them. Raises ModelError if it is damaged, of another format, holds
    anything that is not on the list of trusted types, or needs the user's features and does not get them."""
    folder = Path(folder)
    told = facts.read(folder, _FACTS, FORMAT, _WHAT, FACTS)
    if not _codes_of_classes(told):
        present = told["present"]
        raise ModelError(
            _NOT_PRESENT.format(path=folder / _FACTS, present=str(present), count=told["classes"])
        )
    parts = read_skops(folder / _FEATURES)
    parts = Parts(parts["fixed"], parts["learned"])
    if told["user_features"] is not None:
        parts.fixed[USER] = _user_features(told["user_features"], options.get("features_file"))
    # Earlier versions kept what a sample is called, which of a table is a row.
    modality = told.get("modality") or {"row": "table"}.get(told["unit"], told["unit"])
    features = Features(parts, modality, told["form"], dense=told["dense"])
    estimator = read_skops(folder / _ESTIMATOR, _own_types(told["contender"], options))
    return {
        "contender": told["contender"],
        "features": features,
        "fitted": _fitted(told, estimator),
        "shares": facts.shares_of(told),
        "report": facts.report_of(told),
    }


def _codes_of_classes(told: dict[str, Any]) -> bool:
    """Whether the codes that occurred are those of classes, each once and rising; of one classifier a label
    those of no and yes, for each label."""
    answer, present, classes = answers.name_of(told["kind"]), told["present"], told["classes"]
    by_label = learned_as(answer) != answer
    if any(isinstance(codes, list) != by_label for codes in present):
        return False
    if by_label and len(present) != classes:
        return False
    most = 2 if by_label else classes
    return all(
        all(type(code) is int and 0 <= code < most for code in codes) and sorted(set(codes)) == codes
        for codes in (present if by_label else [present])
    )


def _fitted(told: dict[str, Any], estimator: Any) -> Fitted | LabelByLabel:
    """What was learned; the codes that occurred are listed once for each label where these were learned one
    by one."""
    answer, scaling = answers.name_of(told["kind"]), (told["temperature"], told["centre"], told["spread"])
    one = learned_as(answer)
    if one == answer:
        present = np.array(told["present"], dtype=np.int64)
        return Fitted(answer, told["classes"], present, estimator, *scaling)
    each = zip(told["present"], estimator, strict=True)
    return LabelByLabel(
        tuple(Fitted(one, 2, np.array(codes, np.int64), part, *scaling) for codes, part in each)
    )


def _own_types(contender: str, options: dict[str, Any]) -> str | None:
    """The module of the user's own estimator, once the user has named its file."""
    path = (options.get("own") or {}).get(contender)
    return catalogue.load_file(path).__name__ + "." if path else None


def read_skops(path: Path, own: str | None = None) -> Any:
    """What a file holds, if it is of trusted types only; else ModelError, as for a damaged file.

    own: what the names of the types that the user vouches for begin with.
    """
    from nikti.classical import skops_io

    try:
        with zipfile.ZipFile(path) as archive:
            archives.weigh(archive, path.name)
        types = set(skops_io.get_untrusted_types(file=path))
        vouched = {name for name in types if own and name.startswith(own)}
        foreign = sorted(types - set(TRUSTED) - vouched)
        if foreign:
            raise ModelError(_UNTRUSTED.format(path=path, types=", ".join(foreign)))
        found = skops_io.load(path, trusted=[*TRUSTED, *vouched])
        refuse_damaged(found)
        return found
    except ModelError:
        raise
    except Exception as error:  # whatever a damaged archive may raise
        raise ModelError(_UNREADABLE.format(path=path, reason=reason(error))) from error


def _user_features(recorded: dict[str, Any], path: str | None) -> Any:
    from nikti.classical.features import _user

    if path is None:
        raise ModelError(_OWN_FEATURES.format(columns=", ".join(recorded["columns"])))
    user = _user.load(path, recorded["columns"])
    if user.sha256 != recorded["sha256"]:
        raise ModelError(_OTHER_FILE.format(path=path))
    user.columns_ = list(recorded["columns"])
    return user


def _holds_training_features(estimator: Any) -> bool:
    last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    return hasattr(last, "_fit_X") or hasattr(last, "support_vectors_")
