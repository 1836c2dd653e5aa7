"""The user's own files by a root and a name: there and back, also where the roots lie elsewhere."""

from pathlib import Path

import pytest

from nikti.jobs import _own


@pytest.fixture
def mine(tmp_path):
    """{root: folder} of files of the user's own in two folders."""
    for name in ("a/features.py", "b/models.py", "b/net.py", "b/weights.safetensors"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def settings(place, **more):
    return {"features": None, "network": None, "pretrained": "auto", "contenders": (), **more}


def test_each_folder_is_one_root(mine):
    asked = settings(
        mine,
        features=str(mine / "a/features.py"),
        network=str(mine / "b/net.py"),
        pretrained=str(mine / "b/weights.safetensors"),
        contenders=("tree", f"{mine / 'b/models.py'}:Mine"),
    )
    assert _own.roots(asked) == {"own0": mine / "a", "own1": mine / "b"}


@pytest.mark.parametrize("more", [{}, {"contenders": ("tree",)}, {"features": "nowhere/gone.py"}])
def test_who_named_no_file_has_no_root(mine, more):
    assert _own.roots(settings(mine, **more)) == {}


def test_paths_become_names_below_their_roots_and_paths_again(mine):
    roots = {"run": mine, "own0": mine / "a", "own1": mine / "b"}
    job = {
        "options": {"features_file": str(mine / "a/features.py"), "own": {"Mine": str(mine / "b/models.py")}},
        "list": [str(mine / "b/net.py"), "text: with a colon", 3, None, True],
        "model": "models/tree",
        "deeper": str(mine / "b" / "sub" / "x.py"),  # not in the folder itself
        "in the run": str(mine / "split.npz"),  # a root, but none of the user's own files
    }
    sent = _own.away(job, roots)
    assert sent["options"] == {"features_file": "own0:features.py", "own": {"Mine": "own1:models.py"}}
    assert sent["list"] == ["own1:net.py", "text: with a colon", 3, None, True]
    assert (sent["model"], sent["deeper"]) == (job["model"], job["deeper"])
    assert sent["in the run"] == job["in the run"]
    assert _own.here(sent, roots) == job
    elsewhere = _own.here(sent, {"run": Path("/r"), "own0": Path("/x"), "own1": Path("/y z")})
    assert elsewhere["options"]["own"] == {"Mine": str(Path("/y z/models.py"))}


def test_ten_roots_and_more_are_told_apart():
    roots = {f"own{k}": Path(f"/place{k}") for k in range(12)}
    for k in range(12):
        path = str(Path(f"/place{k}") / "f.py")
        assert _own.here(_own.away(path, roots), roots) == path
    assert _own.away(str(Path("/place11") / "f.py"), roots) == "own11:f.py"
