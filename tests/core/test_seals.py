"""A file that is no longer what was sealed is found out."""

import os

import pytest

from nikti.core import seals


def flip(path):
    content = bytearray(path.read_bytes())
    content[3] ^= 1
    path.write_bytes(content)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.npy"
    path.write_bytes(b"0123456789")
    return path


def test_an_untouched_and_a_copied_file_hold(file, tmp_path):
    seal = seals.of(file)
    assert seals.holds(file, seal) and seals.holds(file, seal, thorough=True)
    os.utime(file, (1, 1))
    assert seals.holds(file, seal)


@pytest.mark.parametrize(
    "harm",
    [
        flip,
        lambda file: file.write_bytes(b"012345678"),
        lambda file: file.write_bytes(b""),
        lambda file: file.unlink(),
    ],
    ids=["flipped", "shorter", "empty", "gone"],
)
def test_harm_is_found(file, harm):
    seal = seals.of(file)
    harm(file)
    os.utime(file.parent)
    assert not seals.holds(file, seal, thorough=True)
    if file.exists():
        os.utime(file, (1, 1))
    assert not seals.holds(file, seal)


def test_a_flip_that_changes_no_time_is_found_by_a_thorough_look(file):
    seal = seals.of(file)
    flip(file)
    os.utime(file, ns=(seal[1], seal[1]))
    assert seals.holds(file, seal) and not seals.holds(file, seal, thorough=True)


def test_facts_that_were_changed_are_none(tmp_path):
    place, facts = tmp_path / "a.json", {"names": ["ক", "b"], "n": 3, "x": 0.1}
    place.write_text(seals.written(facts), encoding="utf-8")
    assert seals.read(place) == facts
    whole = place.read_bytes()
    for at in range(len(whole)):
        for bit in (1, 32):
            place.write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
            assert seals.read(place) in (None, facts), place.read_bytes()
    place.write_text('{"of": "an older version"}')
    assert seals.read(place) == {"of": "an older version"}
    for text in ("", "[]", "{", '"x"'):
        place.write_text(text)
        assert seals.read(place) is None
    assert seals.read(tmp_path / "nothing") is None


@pytest.mark.parametrize("seal", [None, [], "x", [10], {"a": 1}, [10, 0, 5]])
def test_what_is_no_seal_holds_nothing(file, seal):
    assert not seals.holds(file, seal)
