"""Every modality answers every verb, for one sample and for many, in Bangla too."""

import inspect
import json
import re

import numpy as np
import pytest

from nikti import modalities
from nikti.core import catalogue
from nikti.core.data import Data
from nikti.core.errors import DataError, UnknownName, UsageError
from nikti.core.inputs import Frame, ImageFiles, Inputs, Question, Ragged, Stack, TextFiles, Texts, joined
from nikti.modalities import image, question, series, sound, table, text, video

from . import samples

NAMES = modalities.names()
every = pytest.mark.parametrize("name", NAMES)
each_size = pytest.mark.parametrize("n", [1, 7])

#: Those of the module's docstring, so that what is promised there is what is held here.
VERBS = set(re.findall(r"^ {4}(\w+)\(", modalities.__doc__, re.MULTILINE))
CONSTANTS = set(re.findall(r"^ {4}([A-Z]+) ", modalities.__doc__, re.MULTILINE))


def fed(inputs: Inputs) -> str:
    """The fingerprint of the samples alone."""
    return Data("x", "any", inputs).fingerprinted().fingerprint


def plain(value: dict) -> dict:
    """What a browser reads of it; raises where JSON knows no such value."""
    return json.loads(json.dumps(value, allow_nan=False))


def test_there_is_a_sample_maker_for_every_modality():
    assert set(samples.MADE) == set(NAMES) == set(catalogue.names("modalities"))


@pytest.mark.parametrize("wrong, guess", [("images", "image"), ("tabel", "table"), ("smell", "")])
def test_unknown_names_raise(wrong, guess):
    with pytest.raises(UnknownName, match=f"no modality named {wrong!r}.*{guess}"):
        modalities.of(wrong)


@every
def test_all_that_is_promised_is_there(name):
    module = modalities.of(name)
    assert {verb for verb in VERBS if not callable(getattr(module, verb, None))} == set()
    assert len(VERBS) == 23 and len(CONSTANTS) == 6
    assert isinstance(module.SAMPLE, str)
    assert all(isinstance(getattr(module, what), bool) for what in CONSTANTS - {"SAMPLE"})


@every
def test_verbs_are_called_alike(name):
    """A caller may name the arguments that the first modality has."""
    for verb in VERBS:
        mine, first = (
            list(inspect.signature(getattr(m, verb)).parameters) for m in (modalities.of(name), image)
        )
        assert mine == first, verb


@each_size
@every
def test_what_is_stored_comes_back(name, n, tmp_path):
    module, inputs = modalities.of(name), samples.made(name, n)
    module.store(inputs, tmp_path, 64)
    found = module.load(tmp_path)
    assert type(found) is type(inputs) and len(found) == n and fed(found) == fed(inputs)
    some = [n - 1, 0]
    module.store(inputs.take(some), tmp_path, 64)  # seen through row numbers
    assert fed(module.load(tmp_path)) == fed(inputs.take(some))


def test_samples_of_unequal_shapes_are_stored(tmp_path):
    uneven = samples.uneven_series()
    series.store(uneven, tmp_path, 0)
    assert [one.shape for one in series.load(tmp_path)] == [(1, 10), (1, 13), (1, 16)]
    assert fed(series.load(tmp_path)) == fed(uneven)
    image.store(samples.uneven_pictures(), tmp_path / "..", 64)  # their longer sides' median: 10
    assert image.load(tmp_path / "..").sample_shape == (10, 10, 3)


def test_grey_pictures_are_stored_with_one_channel(tmp_path):
    grey = np.repeat(samples.pictures(3, 9, 12, 1).array(), 3, axis=3)
    image.store(Stack(grey), tmp_path, 64)
    assert image.load(tmp_path).sample_shape == (12, 12, 1)


@each_size
@every
def test_equal_samples_have_equal_digests(name, n):
    module, inputs = modalities.of(name), samples.made(name, n)
    found = module.digests(inputs)
    assert found.dtype == np.uint64 and len(set(found.tolist())) == n
    order = np.random.default_rng(0).permutation(n)
    assert (module.digests(inputs.take(order)) == found[order]).all()
    assert isinstance(module.stored_side(inputs), int)
    assert module.beyond_chance(inputs, found).shape == (n,)
    near = module.near(inputs)
    assert near.shape[1:] == (2,) and (near[:, 0] < near[:, 1]).all()


@every
def test_no_samples_are_no_mistake(name):
    module, none = modalities.of(name), samples.made(name, 3).take([])
    assert len(none) == 0 and module.digests(none).shape == (0,)
    assert module.near(none).shape == (0, 2)
    assert module.beyond_chance(none, module.digests(none)).shape == (0,)


def test_texts_count_as_equal_by_what_is_read():
    one, other = text.digests(Texts(["আমি  Straße\nচিনি", "আমি STRASSE চিনি"]))
    assert one == other


def test_rows_that_are_equal_by_chance_are_told_from_others():
    import pandas as pd

    coins = Frame(pd.DataFrame({"a": [0.0, 1.0] * 20, "b": [0.0, 0.0, 1.0, 1.0] * 10}))
    assert not table.beyond_chance(coins, table.digests(coins)).any()
    weights = Frame(pd.DataFrame({"a": np.arange(40.0), "b": np.arange(40.0) ** 0.5}))
    assert table.beyond_chance(weights, table.digests(weights)).all()


def test_pictures_are_compared_once_they_are_stored():
    with pytest.raises(TypeError, match="once they are stored"):
        image.near(samples.uneven_pictures())


@every
def test_samples_are_taken_from_memory(name):
    """A list of samples, or for a table its frame, is held as the same samples."""
    module, inputs = modalities.of(name), samples.made(name, 4)
    given = inputs.frame if name == "table" else list(inputs)
    assert fed(module.in_memory(given, module.card(inputs))) == fed(inputs)


@every
def test_files_are_told_from_samples(name, tmp_path):
    module, file = modalities.of(name), tmp_path / "ছবি.dat"
    file.write_bytes(b"x")
    assert module.files([str(file)]) == module.files([file]) == [file]
    inputs = samples.made(name, 2)
    assert module.files(inputs.frame if name == "table" else list(inputs)) is None


def test_texts_and_questions_are_no_names_of_files():
    assert text.files(["a text", "another"]) is None
    assert question.files(("কে?", "সে।")) is None
    one = question.in_memory(("কে?", "সে।"), {})
    assert list(one) == [Question("কে?", "সে।")]
    with pytest.raises(UsageError, match="pairs of texts"):
        question.in_memory([("only one",)], {})
    shared = question.in_memory([("a", "p"), ("b", "p")], {})
    assert shared.passages == ["p"]


@every
def test_what_is_said_of_the_input_is_plain_and_fits_itself(name):
    module, inputs = modalities.of(name), samples.made(name, 5)
    card, form = module.card(inputs), module.form(inputs)
    assert plain(card) == card and plain(form) == form
    assert fed(module.like(inputs, card)) == fed(inputs)
    assert fed(module.formed(inputs, form)) == fed(inputs)


def test_forms_are_plain_facts():
    assert image.form(samples.pictures(2, channels=1)) == {"size": 12, "channels": 1}
    assert table.form(samples.table(3))["columns"]["note"] == "text"
    smaller = image.formed(samples.uneven_pictures(), {"size": 8, "channels": 1})
    assert smaller.sample_shape == (8, 8, 1)


@every
def test_samples_in_memory_are_decoded_already(name):
    inputs = samples.made(name, 2)
    assert modalities.of(name).decoded(inputs) is inputs


def test_files_are_decoded():
    pictures = {f"{k}.png": one for k, one in enumerate(samples.uneven_pictures())}
    found = image.decoded(ImageFiles(list(pictures), lambda path: pictures[str(path)]))
    assert [one.shape for one in found] == [one.shape for one in pictures.values()]
    assert text.decoded(TextFiles(["a.txt"], lambda path: "ক")).texts == ["ক"]
    with pytest.raises(DataError, match=r"input 0 has the shape \[2, 20\].*pictures"):
        image.decoded(samples.series(1))
    with pytest.raises(DataError, match="trained on series"):
        series.decoded(samples.pictures(1))


@each_size
@every
def test_regions_lie_on_the_places_of_a_sample(name, n):
    module, inputs = modalities.of(name), samples.made(name, n)
    for row in range(n):
        labels = module.regions(inputs, row, 16)
        assert labels.shape == module.places(inputs, row) and labels.dtype == np.int64
        used = np.unique(labels[labels >= 0])
        assert used.tolist() == list(range(len(used)))
    names = module.columns(inputs)
    assert names is None or len(names) == module.places(inputs, 0)[0]


@pytest.mark.parametrize("drawn", [False, True])
@every
def test_what_is_not_gone_stays(name, drawn):
    """With nothing taken away the sample is itself, with everything it is another one."""
    module, inputs = modalities.of(name), samples.made(name, 5)
    donors = inputs.take([1, 2]) if drawn else None
    pool = module.pool(inputs, 4, donors)
    assert fed(pool.take([0])) == fed(inputs.take([4]))
    draws = 2 if drawn and module.FILLED else 1
    assert len(pool) == (1 + draws if module.FILLED else 1)
    shape = module.places(inputs, 4)
    gone = np.stack([np.zeros(shape, bool), np.ones(shape, bool)])
    left = module.without(pool, gone)
    assert len(left) == 2 * draws
    digests = module.digests(left)
    assert (digests[:draws] == module.digests(inputs.take([4]))).all()
    assert digests[draws] != digests[0]
    if drawn and module.FILLED:
        assert (digests[draws:] == module.digests(donors)).all()
    both = joined([inputs.take([4]), left])
    assert len(both) == 1 + len(left)


def test_no_conjunct_is_torn():
    words = text.regions(Texts([samples.BANGLA[0]]), 0, 16)
    assert words.max() == 3  # four words, of whatever letters and signs
    left = text.without(Texts([samples.BANGLA[0]]), (words == 0)[None])
    assert left.texts[0].split() == samples.BANGLA[0].split()[1:]


@each_size
@every
def test_a_page_can_show_samples_and_weights(name, n):
    module, inputs = modalities.of(name), samples.made(name, n)
    sample = module.shown(inputs[n - 1])
    assert plain(sample) == sample and sample
    weights = np.linspace(-1, 1, int(np.prod(module.places(inputs, n - 1))))
    seen = module.visible(sample, weights.reshape(module.places(inputs, n - 1)))
    assert plain(seen) == seen and seen
    small = module.small(inputs.take([0]))
    assert len(small) == 1 and plain(module.shown(small[0]))


@every
def test_what_excites_a_unit_is_plain(name):
    module, inputs = modalities.of(name), samples.made(name, 3)
    found = module.excerpts(list(inputs), [None] * 3, (), 1.0, None)
    assert found is None or plain(found) == found


def test_excerpts_are_cut_where_a_unit_answered():
    one = text.excerpts(["ঢাকা শহর বড়"], [1], (3,), 0.3, lambda text: [(0, 4), (5, 8), (9, 11)])
    assert one == {"texts": [["ঢাকা", "শহর", "বড়"]]}
    span = series.excerpts([samples.series(1)[0]], [0], (4,), 0.25, None)["series"][0]["span"]
    assert span == [0.0, 0.25]


@every
def test_only_pictures_are_laid_over(name):
    module, inputs = modalities.of(name), samples.made(name, 1)
    weights = np.ones(module.places(inputs, 0))
    found = module.overlay(inputs[0], weights)
    if name not in ("image", "video"):
        assert found is None
        return
    assert found.dtype == np.uint8 and found.shape == (12, 12 if name == "image" else 8 * 12, 3)
    untouched = module.overlay(inputs[0], 0 * weights)
    assert (untouched == (inputs[0] if name == "image" else video.strip(inputs[0]))).all()


def test_large_pictures_are_made_small():
    wide = image.small(samples.pictures(1, 300, 960))
    assert wide[0].shape == (150, 480, 3)


def test_a_tone_is_gone_where_its_band_is_taken_away():
    """Of two tones one after the other only the one in the places taken away is not heard any more."""
    moments = np.arange(8000)
    low, high = (0.3 * np.sin(2 * np.pi * hertz * moments / 16_000) for hertz in (400, 3000))
    both = Ragged.of([np.concatenate([low, high]).astype(np.float32)])
    bands, steps = sound.places(both, 0)
    removed = np.zeros((3, bands, steps), bool)
    removed[0, : bands // 2, : steps // 2] = True  # low, early
    removed[1, bands // 2 :, : steps // 2] = True  # high, early: where nothing sounds
    removed[2, :, steps // 2 :] = True  # all, late
    first, second, third = sound.without(both, removed)
    inner, late = slice(500, 7500), slice(8500, 15_500)
    assert np.abs(first[inner]).max() < 0.01 and np.abs(first[late] - both[0][late]).max() < 0.01
    assert np.abs(second - both[0])[inner].max() < 0.01 and np.abs(second - both[0])[late].max() < 0.01
    assert np.abs(third[late]).max() < 0.01 and np.abs(third[inner] - both[0][inner]).max() < 0.01


def test_sounds_from_memory_are_brought_to_one_rate():
    wave = np.sin(np.arange(8000) / 9)
    found = sound.in_memory([(np.stack([wave, wave], 1), 8000), (wave * 2**14).astype(np.int16)], {})
    assert [len(one) for one in found] == [16_000, 8000]
    assert np.abs(found[1]).max() == pytest.approx(0.5, abs=0.01)
    with pytest.raises(UsageError, match=r"input 0 has the shape \[2, 3\].*samples a second"):
        sound.in_memory([np.zeros((2, 3))], {})


def test_a_played_sound_is_a_wav_of_its_loudest_part():
    import base64
    import io
    import wave as wave_files

    long = np.zeros(16_000 * 9, np.float32)
    long[16_000 * 6 : 16_000 * 7] = 0.1 * np.sin(np.arange(16_000))
    shown = sound.shown(long)
    assert shown["seconds"] == 9.0 and shown["played"][0] <= 6 and shown["played"][1] >= 7
    with wave_files.open(io.BytesIO(base64.b64decode(shown["sound"].partition(",")[2]))) as file:
        assert (file.getnframes(), file.getframerate(), file.getnchannels()) == (16_000 * 5, 16_000, 1)
