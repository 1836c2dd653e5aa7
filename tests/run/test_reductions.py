"""What a plan gives up for want of time, said of efforts that are made by hand."""

import pytest

from nikti.core.contender import INNER_FOLDS, INNER_FOLDS_BELOW, Budget
from nikti.core.words import Words
from nikti.protocol.efforts import Effort, Fitted, Offer, Sizes
from nikti.protocol.plan import PRESETS
from nikti.run.reductions import reductions

FEW = Sizes(full=INNER_FOLDS_BELOW - 1, everything=INNER_FOLDS_BELOW)
MANY = Sizes(full=INNER_FOLDS_BELOW, everything=2 * INNER_FOLDS_BELOW)


def offer(name, side, *, represents=True, epochs=None):
    method = Words(f"method of {name}", f"{name}-এর পদ্ধতি")
    return Offer(name, side, method, represents, price=lambda size, budget: 1.0, epochs=epochs)


TREE, NET = offer("tree", "classical"), offer("net", "deep", epochs=20)
WHOLE = Budget(tries=3, inner_folds=INNER_FOLDS)


def said(efforts, offers=(TREE, NET), sizes=FEW, preset="medium", left_out=()):
    """{code: values} of what is given up."""
    fitted = Fitted({name: Effort(budget, 5) for name, budget in efforts.items()}, tuple(left_out), (), {})
    found = reductions(offers, fitted, PRESETS[preset], sizes)
    for one in found:
        assert one.text.en and one.text.bn and "{" not in one.text.en + one.text.bn
    return {one.code: one.values for one in found}


def test_nothing_is_said_of_a_plan_that_has_all():
    assert PRESETS["medium"].tries == 3
    assert said({"tree": WHOLE, "net": WHOLE}) == {}


@pytest.mark.parametrize(
    ("tree", "net", "sizes", "codes"),
    [
        ((3, 3), (3, 3), FEW, []),
        ((3, 1), (3, 1), FEW, ["fewer_inner_folds"]),
        ((3, 1), (3, 3), FEW, ["fewer_inner_folds_classical"]),
        ((3, 3), (3, 1), FEW, ["fewer_inner_folds_deep"]),
        ((3, 1), (3, 1), MANY, []),  # so many rows are validated on a fifth anyway
        ((1, 3), (1, 3), FEW, ["fewer_tries"]),
        ((1, 3), (3, 3), FEW, []),  # the most that anybody compares
        ((1, 1), (1, 1), FEW, ["fewer_tries", "fewer_inner_folds"]),
    ],
)
def test_settings_and_inner_folds(tree, net, sizes, codes):
    efforts = {
        "tree": Budget(tries=tree[0], inner_folds=tree[1]),
        "net": Budget(tries=net[0], inner_folds=net[1]),
    }
    assert list(said(efforts, sizes=sizes)) == codes


def test_one_side_alone_is_all_there_is():
    found = said({"net": Budget(tries=3, inner_folds=1)}, offers=(NET,))
    assert list(found) == ["fewer_inner_folds"]


@pytest.mark.parametrize(
    ("preset", "epochs", "scale", "expected"),
    [
        ("medium", None, 1.0, {}),
        ("medium", 20, 1.0, {}),
        ("medium", 7, 1.0, {"fewer_epochs": {"contender": "net", "epochs": 7, "of": 20}}),
        ("fast", 10, 1.0, {}),  # the preset asks for no more than 10
        ("fast", 5, 1.0, {"fewer_epochs": {"contender": "net", "epochs": 5, "of": 10}}),
        ("medium", None, 0.75, {"smaller_pictures": {"contender": "net", "percent": 75}}),
        (
            *("medium", 5, 0.5),
            {
                "fewer_epochs": {"contender": "net", "epochs": 5, "of": 20},
                "smaller_pictures": {"contender": "net", "percent": 50},
            },
        ),
    ],
)
def test_epochs_and_pictures_of_a_network(preset, epochs, scale, expected):
    tries = PRESETS[preset].tries
    effort = Budget(tries=tries, inner_folds=INNER_FOLDS, epochs=epochs, scale=scale)
    plain = Budget(tries=tries, inner_folds=INNER_FOLDS)
    assert said({"tree": plain, "net": effort}, preset=preset) == expected


def test_of_networks_that_represent_nobody_nothing_is_said():
    rest = offer("mlp", "deep", represents=False, epochs=20)
    short = Budget(tries=3, inner_folds=INNER_FOLDS, epochs=2)
    assert said({"tree": WHOLE, "mlp": short}, offers=(TREE, rest)) == {}


def test_methods_that_are_left_out_are_named_with_their_price():
    vit = offer("vit", "deep", epochs=20)
    found = said({"tree": WHOLE, "net": WHOLE}, left_out=[(vit, 1234.6)])
    assert found == {"method_left_out": {"contender": "vit", "method": "method of vit", "needs": 1235}}
