"""Fingerprints and digests are what they were: stored data, runs and models of earlier versions are known by
them. The numbers were written down before modalities had files of their own."""

import numpy as np
import pytest

from nikti import modalities
from nikti.core.data import Data
from nikti.storage import digests

from . import samples

#: samples: (fingerprint with answers, all digests by exclusive or, the first digest (pictures at 8 pixels),
#: how many a model keeps, the side that it keeps)
KNOWN = {
    "image": ("cabc4971fc756390", 329153676020906725, 13344585318404771215, 6, 12),
    "text": ("53edac3dd6a453a5", 11578318420458247582, 16552587610643836029, 6, 0),
    "series": ("f429d1cde69685dd", 10135401737404482727, 3539717861652894009, 6, 0),
    "table": ("c7220ecfe4035e8e", 5154158864235948542, 17316894665750838691, 6, 0),
    "question": ("32dabbd6a38b8721", 17421487889027578829, 10767633691436862197, 6, 0),
    "uneven series": ("4ec61b7830077393", 13906824099596219158, 12646682540964457045, 3, 0),
    "grey image": ("dec09bcfb014edad", 7949256531502224867, 16873296076161792021, 4, 10),
    "taken image": ("ade917bdb7573026", 245566610630273187, 9706839243981576210, 2, 12),
    "taken question": ("bc9a5501572bf45c", 16710747583862962370, 3555830142334545488, 3, 0),
}
OTHERS = {
    "uneven series": lambda: samples.uneven_series(),
    "grey image": lambda: samples.pictures(4, 10, 10, 1),
    "taken image": lambda: samples.pictures(6).take([4, 1]),
    "taken question": lambda: samples.questions(6).take([5, 1, 3]),
}


@pytest.mark.parametrize("name", KNOWN)
def test_fingerprints_and_digests(name):
    inputs = OTHERS[name]() if name in OTHERS else samples.made(name, 6)
    modality = name.split()[-1]
    data = Data(name, modality, inputs, np.arange(len(inputs)) % 2, ("ক", "b")).fingerprinted()
    module, kept = modalities.of(modality), digests.to_keep(data)
    side = 8 if modality == "image" else 0
    assert KNOWN[name] == (
        data.fingerprint,
        int(np.bitwise_xor.reduce(module.digests(inputs))),
        int(module.digests(inputs, side)[0]),
        len(kept["digests"]),
        int(kept["side"]),
    )
    assert digests.seen_in_training(kept, data).all()


def test_pictures_of_unequal_sizes():
    uneven = samples.uneven_pictures()
    data = Data("image uneven", "image", uneven, np.arange(3) % 2, ("ক", "b")).fingerprinted()
    found = modalities.of("image").digests(uneven), modalities.of("image").digests(uneven, 8)
    assert data.fingerprint == "b70f07e1e8545f1f"
    assert int(np.bitwise_xor.reduce(found[0])) == 7685088834229926313
    assert int(found[1][0]) == 16868490359779756355


def test_a_fingerprint_is_of_what_was_read_and_a_part_has_none():
    data = Data("x", "text", samples.texts(4)).fingerprinted()
    assert data.noted().fingerprint == data.fingerprint
    assert data.subset([1, 0]).fingerprint == ""
    assert data.subset([1, 0]).fingerprinted().fingerprint != data.fingerprint
