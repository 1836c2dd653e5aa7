"""Sounds as people keep them: class folders, with a table beside them, named by a table, zipped, damaged."""

import shutil

import numpy as np
import pytest

from nikti.core.data import Options
from nikti.core.errors import DataError, UsageError
from nikti.core.inputs import SoundFiles
from nikti.core.sounds import RATE
from nikti.readers._open import open_data, open_inputs

soundfile = pytest.importorskip("soundfile")


def read(path, **options):
    return open_data(path, Options(**options))


def codes(data):
    return {note.code: note for note in data.notes}


def sound(path, hertz=440.0, rate=RATE, channels=1):
    path.parent.mkdir(parents=True, exist_ok=True)
    wave = 0.3 * np.sin(2 * np.pi * hertz * np.arange(rate // 10) / rate)
    soundfile.write(path, np.repeat(wave[:, None], channels, axis=1), rate)
    return path


def classes(folder, count=3, ending="wav"):
    for number, name in enumerate(("dog", "বৃষ্টি")):
        for k in range(count):
            sound(folder / name / f"{k}.{ending}", 300 + 200 * number + k)
    return folder


@pytest.mark.parametrize("ending", ["wav", "flac", "ogg", "mp3"])
def test_class_folders(tmp_path, ending):
    data = read(classes(tmp_path / "sounds", ending=ending))
    assert (data.modality, len(data), set(data.targets)) == ("sound", 6, {"dog", "বৃষ্টি"})
    assert isinstance(data.inputs, SoundFiles) and data.split is None
    assert abs(len(data.inputs[0]) - RATE // 10) < RATE // 20  # an mp3 pads


def test_train_and_test_folders_and_zips(tmp_path):
    classes(tmp_path / "d" / "train")
    classes(tmp_path / "d" / "test", count=1)
    data = read(tmp_path / "d")
    assert np.bincount(data.split).tolist() == [6, 0, 2]
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path / "d")
    again = read(packed)
    assert (again.fingerprinted().fingerprint == data.fingerprinted().fingerprint) and len(again) == 8


def test_wrapped_in_a_folder_called_audio(tmp_path):
    data = read(classes(tmp_path / "d" / "audio").parent)
    assert len(data) == 6 and set(data.targets) == {"dog", "বৃষ্টি"}


def esc(folder, inside="audio"):
    """As ESC-50 is published: all sounds in one folder, meta/esc50.csv."""
    rows = ["filename,fold,target,category,esc10,src_file,take"]
    for k in range(20):
        name = f"{k % 5 + 1}-{100 + k // 2}-A-{k % 2}.wav"
        sound(folder / inside / name, 300 + 30 * k)
        rows.append(f"{name},{k % 5 + 1},{k % 2},{'dog' if k % 2 else 'rain'},True,{100 + k // 2},A")
    (folder / "meta").mkdir(exist_ok=True)
    (folder / "meta" / "esc50.csv").write_text("\n".join(rows) + "\n")
    return folder


@pytest.mark.parametrize("given", ["folder", "table"])
def test_esc_50s_table(tmp_path, given):
    root = esc(tmp_path / "ESC-50")
    if given == "folder":
        data = read(root, target="category", group="fold")
    else:
        shutil.copy(root / "meta" / "esc50.csv", root / "esc50.csv")
        data = read(root / "esc50.csv", target="category", group="fold")
    assert (data.modality, len(data), set(data.targets)) == ("sound", 20, {"dog", "rain"})
    assert len(np.unique(data.groups)) == 5
    assert codes(data)["sound_column"].values["column"] == "filename"


def test_a_table_beside_class_folders(tmp_path):
    classes(tmp_path / "d" / "audio")
    rows = [f"audio/{name}/{k}.wav,{name},{k}" for name in ("dog", "বৃষ্টি") for k in range(3)]
    (tmp_path / "d" / "labels.csv").write_text(
        "path,label,speaker\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    for given in (tmp_path / "d", tmp_path / "d" / "labels.csv"):
        data = read(given, group="speaker")
        assert (data.modality, len(data)) == ("sound", 6) and len(np.unique(data.groups)) == 3


def test_what_cannot_be_read_is_dropped_and_said(tmp_path):
    folder = classes(tmp_path / "d")
    (folder / "dog" / "text.wav").write_text("no sound")
    (folder / "dog" / "empty.wav").write_bytes(b"")
    soundfile.write(folder / "dog" / "silent.wav", np.zeros(1600), RATE)
    sound(folder / "dog" / "stereo.wav", rate=44_100, channels=2)
    data = read(folder)
    assert len(data) == 8
    found = codes(data)
    assert found["dropped_unreadable"].values["count"] == 2 and "text.wav" in found["dropped_unreadable"].text
    assert found["silent_sounds"].values["count"] == 1
    assert "1: 44100 Hz x 2" in found["resampled"].text
    assert all(note.text_bn for note in data.notes)


def test_no_readable_sound_is_refused(tmp_path):
    for name in ("a", "b"):
        (tmp_path / "d" / name).mkdir(parents=True)
        (tmp_path / "d" / name / "1.wav").write_text("x")
    with pytest.raises(DataError, match="none of 2 sounds can be read.*1.wav is no sound"):
        read(tmp_path / "d")


def test_loose_sounds_and_a_single_one_are_told_what_to_do(tmp_path):
    one = sound(tmp_path / "d" / "1.wav")
    with pytest.raises(DataError, match="1 sounds and no class folders.*labels.csv"):
        read(tmp_path / "d")
    with pytest.raises(UsageError, match="is one sound.*nikti predict RUN"):
        read(one)


def test_files_of_a_table_that_are_not_there_are_said(tmp_path):
    esc(tmp_path / "d")
    (tmp_path / "d" / "audio" / "1-100-A-0.wav").unlink()
    data = read(tmp_path / "d", target="category")
    assert len(data) == 19 and codes(data)["dropped_missing_file"].values["count"] == 1


def test_sounds_to_predict(tmp_path):
    folder = classes(tmp_path / "new")
    inputs, names = open_inputs(folder, "sound", {})
    assert len(inputs) == 6 and names[0].endswith("0.wav")
    inputs, names = open_inputs([folder / "dog" / "0.wav", folder / "dog"], "sound", {})
    assert len(inputs) == 4 and isinstance(inputs, SoundFiles)
    (tmp_path / "new.csv").write_text("file,who\nnew/dog/1.wav,x\nnew/dog/2.wav,y\n")
    inputs, names = open_inputs(tmp_path / "new.csv", "sound", {"sound_column": "file"})
    assert names == ["new/dog/1.wav", "new/dog/2.wav"] and len(inputs[0]) == RATE // 10


@pytest.fixture
def audioset(tmp_path):
    """Lists as they are published, and sounds as tools save them; those of two segments are not there."""
    root = tmp_path / "audioset"
    saved = ("--aB3dEfGh1_30.wav", "YbbbbbbbbbbB.wav", "a/ccccccccccc_5000_15000.wav", "b/ddddddddddd.wav")
    for number, name in enumerate(saved):
        sound(root / name, 300 + 100 * number)
    (root / "balanced_train_segments.csv").write_text(
        "# Segments csv created Sun Mar  5 10:54:25 2017\n"
        "# YTID, start_seconds, end_seconds, positive_labels\n"
        '--aB3dEfGh1, 30.000, 40.000, "/m/09x0r,/t/dd00088"\n'
        "bbbbbbbbbbB, 0.000, 10.000, /m/01\n"
        'ccccccccccc, 5.000, 15.000, "/m/09x0r,/m/01"\n'
        "ccccccccccc, 60.000, 70.000, /m/01\n"
        "eeeeeeeeeee, 5.000, 15.000, /m/01\n"
    )
    (root / "eval_segments.csv").write_text(
        "# YTID, start_seconds, end_seconds, positive_labels\nddddddddddd,0,10,/m/01\n"
    )
    (root / "class_labels_indices.csv").write_text(
        'index,mid,display_name\n0,/m/09x0r,"Speech"\n1,/m/01,"Male speech, man speaking"\n'
    )
    return root


def labels(data):
    """Those of each sample by name."""
    return [{data.classes[place] for place in np.flatnonzero(row)} for row in data.targets]


def test_audioset_s_lists(audioset):
    data = read(audioset)
    man = "Male speech, man speaking"
    assert data.modality == "sound" and data.split.tolist() == [0, 0, 0, 2]
    assert labels(data) == [{"Speech", "/t/dd00088"}, {man}, {"Speech", man}, {man}]
    note = next(note for note in data.notes if note.code == "sounds_missing")
    assert "2 of 5 segments" in note.text and len(data.groups) == 4


def test_names_of_audioset_s_sounds_may_come_from_the_ontology(audioset):
    (audioset / "class_labels_indices.csv").unlink()
    (audioset / "ontology.json").write_text('[{"id": "/m/09x0r", "name": "Speech", "child_ids": []}]')
    assert labels(read(audioset))[0] == {"Speech", "/t/dd00088"}


def test_audioset_s_lists_without_sounds_are_told_what_is_missing(audioset):
    for file in list(audioset.rglob("*.wav")):
        file.unlink()
    with pytest.raises(DataError, match=r"lists 6 segments and holds none.*--aB3dEfGh1_30\.wav"):
        read(audioset)
    (audioset / "eval_segments.csv").write_text("# YTID, start_seconds\nddddddddddd,0\n")
    with pytest.raises(DataError, match="line 2 of eval_segments.csv is no segment"):
        read(audioset)
