"""Sound files to waves: every format, rate and number of channels alike; what is none of that is refused."""

import sys

import numpy as np
import pytest

from nikti.core import limits, sounds
from nikti.core.errors import DataError, MissingExtra
from nikti.core.inputs import SoundFiles

soundfile = pytest.importorskip("soundfile")


def tone(rate, seconds=1.0, hertz=440.0):
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)


def written(path, rate=44_100, channels=1, **more):
    soundfile.write(path, np.repeat(tone(rate)[:, None], channels, axis=1), rate, **more)
    return path


def loudest_hertz(wave):
    return np.abs(np.fft.rfft(wave)).argmax() / len(wave) * sounds.RATE


@pytest.mark.parametrize(
    ("name", "rate", "channels", "coding"),
    [
        ("a.wav", 44_100, 2, "PCM_16"),
        ("b.wav", 96_000, 8, "PCM_24"),
        ("c.wav", 8_000, 1, "FLOAT"),
        ("d.wav", 16_000, 1, "PCM_U8"),
        ("e.flac", 48_000, 2, None),
        ("f.ogg", 22_050, 1, None),
        ("g.mp3", 44_100, 2, None),
        ("h.aiff", 11_025, 1, None),
        ("odd.wav", 44_099, 1, None),
        ("শব্দ.wav", 32_000, 1, None),
    ],
)
def test_every_format_becomes_the_same_wave(name, rate, channels, coding, tmp_path):
    path = written(tmp_path / name, rate, channels, subtype=coding)
    found, expected = sounds.decode(path), tone(sounds.RATE)
    assert found.dtype == np.float32 and found.ndim == 1
    assert abs(len(found) - sounds.RATE) <= 1
    assert loudest_hertz(found) == pytest.approx(440, abs=1)
    middle = slice(2000, 14_000)
    assert np.abs(found[middle] - expected[middle]).max() < 0.03  # of 0.5
    facts = sounds.facts(path)
    assert (facts.rate, facts.channels) == (rate, channels) and facts.seconds == pytest.approx(1, abs=0.01)


def test_resampling_is_that_of_a_sinc_written_out():
    """A sound without frequencies near the border, each new moment by the sampling theorem."""
    rate, seconds = 8_000, 0.25
    moments = np.arange(round(rate * seconds)) / rate
    wave = np.sin(2 * np.pi * 300 * moments) + 0.5 * np.sin(2 * np.pi * 1100 * moments + 1)
    found = sounds.resampled(wave.astype(np.float32), rate)
    new = np.arange(len(found)) / sounds.RATE
    exact = np.array([np.sum(wave * np.sinc(rate * (t - moments))) for t in new])
    assert len(found) == 2 * len(wave)
    assert np.abs(found - exact)[400:-400].max() < 0.02


def test_frequencies_that_the_new_rate_lacks_do_not_fold_back():
    high = np.sin(2 * np.pi * 11_000 * np.arange(44_100) / 44_100)
    assert np.abs(sounds.resampled(high.astype(np.float32), 44_100))[500:-500].max() < 0.01


def cut(path, share):
    body = path.read_bytes()
    path.write_bytes(body[: int(len(body) * share)])
    return path


def nan(path):
    soundfile.write(path, np.array([0.0, np.nan, 1.0]), 16_000, subtype="FLOAT")
    return path


def slow_rate(path):
    soundfile.write(path, tone(500), 500)
    return path


def fast_rate(path):
    soundfile.write(path, np.zeros(100), 16_000)
    body = bytearray(path.read_bytes())
    body[24:28] = (2**31 - 1).to_bytes(4, "little")
    path.write_bytes(body)
    return path


def nothing(path):
    soundfile.write(path, np.zeros(0), 16_000)
    return path


def text(path):
    path.write_text("this is a text and no sound\n" * 20)
    return path


def empty(path):
    path.write_bytes(b"")
    return path


def long(path):
    soundfile.write(path, np.zeros(8_000 * 601, np.int16), 8_000)
    return path


BAD = {
    "text": ("t.wav", text, "is no sound that can be read .*Convert it", "নয়"),
    "empty": ("e.wav", empty, r"is empty \(zero bytes\)", "ফাঁকা"),
    "no frame": ("n.wav", nothing, "holds no sound", "কোনো শব্দ নেই"),
    "cut wav": ("c.wav", lambda p: cut(written(p), 0.4), "cut short: .* of 88,200 bytes", "অসম্পূর্ণ"),
    "cut flac": ("c.flac", lambda p: cut(written(p), 0.5), "is damaged and cannot be decoded", "নষ্ট"),
    "cut ogg": ("c.ogg", lambda p: cut(written(p), 0.1), "is no sound that can be read|is damaged", ""),
    "no numbers": ("x.wav", nan, "no numbers", "সংখ্যা নয়"),
    "no rate": ("r.wav", slow_rate, "has 500 samples a second, and", "সেকেন্ডে ৫০০টি"),
    "a rate beyond all": ("f.wav", fast_rate, "has 2,147,483,647 samples a second", "শব্দে থাকে"),
    "cut mp3": ("m.mp3", lambda p: cut(written(p), 0.5), r"cut short: 0\.\d of 1\.0 seconds", "অসম্পূর্ণ"),
    "too long": ("l.wav", long, "holds 601 seconds of sound.*--max-sound-seconds 601", "৬০১ সেকেন্ড"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_read_is_refused_in_one_sentence(case, tmp_path):
    name, make, english, bangla = BAD[case]
    path = make(tmp_path / name)
    for read in (sounds.decode, sounds.probe):
        with pytest.raises(DataError, match=english) as raised:
            read(path)
        assert name in str(raised.value)
        assert bangla in raised.value.words.bn


def test_no_sound_at_all_is_held_too():
    """As where none of the files to predict can be read."""
    assert len(SoundFiles([], sounds.decode).decoded()) == 0


def test_whoever_has_longer_sounds_lifts_the_limit(tmp_path):
    path = long(tmp_path / "l.wav")
    with limits.lifted(sound_seconds=700):
        assert len(sounds.decode(path)) == 601 * sounds.RATE


def test_what_is_odd_and_whole_is_read(tmp_path):
    one = tmp_path / "one.wav"
    soundfile.write(one, np.full(1, 0.3), 44_100)
    assert sounds.decode(one).shape == (1,)
    silent = tmp_path / "silent.wav"
    soundfile.write(silent, np.zeros(500), 16_000)
    assert sounds.probe(silent)[1] and not sounds.probe(one)[1]
    lying = written(tmp_path / "a.flac").rename(tmp_path / "called.wav")
    assert sounds.facts(lying).format == "FLAC" and len(sounds.decode(lying)) == sounds.RATE


def test_recordings_whose_length_was_never_written_are_read(tmp_path):
    """Recorders that write into a pipe leave the largest number as the length."""
    path = written(tmp_path / "pipe.wav")
    body = bytearray(path.read_bytes())
    place = body.index(b"data") + 4
    body[place : place + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(body)
    assert len(sounds.decode(path)) == sounds.RATE


def test_without_the_library_one_is_told_what_to_type(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(MissingExtra, match=r"pip install 'nikti\[sound\]'"):
        sounds.decode(tmp_path / "a.wav")
