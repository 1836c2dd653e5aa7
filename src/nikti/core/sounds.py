"""Sound files to waves of one kind: mono, RATE samples a second, float32.

Storing a data set and predicting on new files go through the same function, so that a sound is the same to a
model both times. soundfile (the extra `sound`) and scipy are imported where they are used.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nikti.core import limits
from nikti.core.errors import DataError, MissingExtra
from nikti.core.words import Words

if TYPE_CHECKING:
    import soundfile

#: Samples a second of every sound once it is read: what speech and most of the world's sounds need.
RATE = 16_000
#: File name endings of sounds that are read, and of others that are not.
ENDINGS = frozenset(".wav .wave .flac .ogg .oga .opus .mp3 .aif .aiff .aifc .au .snd .caf .w64".split())
OTHER_ENDINGS = frozenset(".m4a .aac .wma .amr .mid .midi .ra .ape .mka .weba".split())
#: Samples a second that a file may have: bats are recorded with half a million.
LOWEST_RATE, HIGHEST_RATE = 1000, 1_000_000
#: Of the fraction by which a rate is changed, whose filter is as long as it is large; odd rates are met to a
#: few millionths.
LARGEST_DENOMINATOR = 1000
#: Of the sound that a header promises, so much must be there; compressed ones count with a little padding.
WHOLE = 0.95
#: Frames decoded at a time.
BLOCK = 2**18
#: What a header says of a length that its writer did not know.
_UNKNOWN_LENGTH = 0xFFFF_0000

READING = Words("reading sound files", "শব্দের ফাইল পড়া")
NO_SOUND = Words(
    en="{file} is no sound that can be read (wav, flac, ogg, opus, mp3, aiff): {reason}. Convert it, for "
    "example to WAV.",
    bn="{file} পড়ার মতো শব্দের ফাইল (wav, flac, ogg, opus, mp3, aiff) নয়: {reason}। WAV-এর মতো "
    "কোনো ধরনে বদলে নিন।",
)
EMPTY_FILE = Words(en="{file} is empty (zero bytes).", bn="{file} ফাঁকা (শূন্য বাইট)।")
NOTHING_IN_IT = Words(
    en="{file} holds no sound: it is 0 seconds long.", bn="{file} ফাইলে কোনো শব্দ নেই: দৈর্ঘ্য ০ সেকেন্ড।"
)
DAMAGED = Words(
    en="{file} is damaged and cannot be decoded: {reason}.", bn="{file} নষ্ট, তাই পড়া যাচ্ছে না: {reason}।"
)
CUT_SHORT = Words(
    en="{file} is cut short: {there:,} of {of:,} bytes of sound are there. Copy or download it again.",
    bn="{file} অসম্পূর্ণ: শব্দের {of} বাইটের মধ্যে আছে {there} বাইট। আবার কপি বা ডাউনলোড করুন।",
)
CUT_AFTER = Words(
    en="{file} is cut short: {there:.1f} of {of:.1f} seconds are there. Copy or download it again.",
    bn="{file} অসম্পূর্ণ: {of} সেকেন্ডের মধ্যে আছে {there} সেকেন্ড। আবার কপি বা ডাউনলোড করুন।",
)
NO_NUMBERS = Words(
    en="{file} holds values that are no numbers (NaN or infinite). Record or export it again.",
    bn="{file} ফাইলে এমন মান আছে যা সংখ্যা নয় (NaN বা অসীম)। আবার রেকর্ড বা এক্সপোর্ট করুন।",
)
ODD_RATE = Words(
    en="{file} has {rate:,} samples a second, and a sound has {least:,} to {most:,}.",
    bn="{file} ফাইলে সেকেন্ডে {rate}টি মান; শব্দে থাকে {least} থেকে {most}টি।",
)


class Facts(NamedTuple):
    """What a sound file says of itself: format ("WAV", "MP3" ...), coding ("PCM_16", "VORBIS" ...), rate in
    Hz, channels, seconds."""

    format: str
    coding: str
    rate: int
    channels: int
    seconds: float


def facts(path: str | Path) -> Facts:
    """From the file's header alone. Raises DataError where there is none, MissingExtra without soundfile."""
    with _opened(Path(path)) as sound:
        return _facts(sound)


def decode(path: str | Path) -> np.ndarray:
    """A sound file as float32 [samples], RATE samples a second, -1 to 1: the mean of its channels, resampled
    by a polyphase filter.

    Raises DataError, naming the file, if it is no sound, cut short, empty or longer than the limits allow;
    MissingExtra without soundfile.
    """
    with _opened(Path(path)) as sound:
        blocks, rate = list(_blocks(sound, Path(path))), sound.samplerate
    return resampled(np.concatenate(blocks), rate)


def probe(path: str | Path) -> tuple[Facts, bool]:
    """(what the file says of itself, whether nothing is to be heard), of a file read to its end. Raises as
    `decode` does."""
    with _opened(Path(path)) as sound:
        heard = [bool(block.any()) for block in _blocks(sound, Path(path))]
        return _facts(sound), not any(heard)


def resampled(mono: np.ndarray, rate: int) -> np.ndarray:
    """float32 [samples] with `rate` of them a second -> RATE a second, at least one."""
    if rate == RATE:
        return np.ascontiguousarray(mono, dtype=np.float32)
    from scipy.signal import resample_poly

    change = Fraction(RATE, rate).limit_denominator(LARGEST_DENOMINATOR)
    return resample_poly(mono.astype(np.float32), change.numerator, change.denominator).astype(np.float32)


def _blocks(sound: soundfile.SoundFile, path: Path) -> Iterator[np.ndarray]:
    """The mean of the channels, float32 [frames] block by block until the end. Raises DataError where that is
    beyond the limit, or before what the header promises."""
    _refuse_cut(sound, path)
    rate, promised, count = sound.samplerate, sound.frames, 0
    most = limits.current().sound_seconds * rate
    limits.check(str(path), sound_seconds=math.ceil(promised / rate))
    while len(block := sound.read(BLOCK, dtype="float32", always_2d=True)):
        count += len(block)
        if count > most:  # a header that says less than there is
            limits.check(str(path), more=True, sound_seconds=math.ceil(count / rate))
        if not np.isfinite(block).all():
            raise DataError(NO_NUMBERS.format(file=path))
        yield block.mean(axis=1)
    if not count:
        raise DataError(NOTHING_IN_IT.format(file=path))
    if count < WHOLE * promised < _UNKNOWN_LENGTH:
        raise DataError(CUT_AFTER.format(file=path, there=count / rate, of=promised / rate))


def _facts(sound: soundfile.SoundFile) -> Facts:
    seconds = sound.frames / sound.samplerate
    return Facts(sound.format, sound.subtype, sound.samplerate, sound.channels, seconds)


@contextmanager
def _opened(path: Path) -> Iterator[soundfile.SoundFile]:
    """A sound file; what the library raises on the way becomes a DataError."""
    try:
        import soundfile
    except ImportError:
        raise MissingExtra("soundfile", "sound", READING) from None
    except OSError as error:  # the package is there, the library that it wraps is not
        raise MissingExtra(f"soundfile with libsndfile ({error})", "sound", READING) from error
    try:
        if path.stat().st_size == 0:
            raise DataError(EMPTY_FILE.format(file=path))
        file = path.open("rb")
    except OSError as error:
        raise DataError(DAMAGED.format(file=path, reason=error.strerror or error)) from error
    with file:  # opened here, as its name may be in another encoding
        try:
            sound = soundfile.SoundFile(file)
        except (soundfile.SoundFileError, TypeError, ValueError) as error:
            raise DataError(NO_SOUND.format(file=path, reason=_reason(error))) from error
        with sound:
            if not LOWEST_RATE <= sound.samplerate <= HIGHEST_RATE:
                bounds = {"least": LOWEST_RATE, "most": HIGHEST_RATE}
                raise DataError(ODD_RATE.format(file=path, rate=sound.samplerate, **bounds))
            try:
                yield sound
            except (soundfile.SoundFileError, OSError) as error:
                raise DataError(DAMAGED.format(file=path, reason=_reason(error))) from error


def _refuse_cut(sound: soundfile.SoundFile, path: Path) -> None:
    """Raise DataError where the header promises more bytes than there are; the library reads on without a
    word. Recorders that are stopped before they know the length leave none."""
    told = re.search(r"^data : (\d+) \(should be (\d+)\)", sound.extra_info, re.MULTILINE)
    if told is None:
        return
    promised, there = int(told[1]), int(told[2])
    if there < promised < _UNKNOWN_LENGTH:
        raise DataError(CUT_SHORT.format(file=path, there=there, of=promised))


def _reason(error: Exception) -> str:
    said = getattr(error, "error_string", None) or str(error)
    return said.strip().rstrip(".") or type(error).__name__
