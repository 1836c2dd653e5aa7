"""The idx files that MNIST and its kin come in: pictures and labels, plain or gzipped.

Format: http://yann.lecun.com/exdb/mnist (two zero bytes, a type code, the number of dimensions, their
sizes as big-endian 32-bit integers, the values).
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from nikti.core.data import Data, Options
from nikti.core.errors import DataError
from nikti.core.words import Words
from nikti.readers import _arrays, _unpacked

TITLE = Words(
    en="MNIST-style idx files: images and labels, train and t10k, plain or .gz",
    bn="MNIST-এর মতো idx ফাইল: ছবি ও লেবেল, train ও t10k, সরাসরি বা .gz",
)

_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
MOST_SIDES = 8  # of an array of samples; a colour film has five
_NAME = re.compile(r".*[.-]idx(\d)-(ubyte|byte|short|int|float|double)(\.gz)?", re.IGNORECASE)
_TEST = re.compile(r"(^|[._-])(t10k|test|testing)([._-]|$)", re.IGNORECASE)
_VALID = re.compile(r"(^|[._-])(val|valid|validation|dev)([._-]|$)", re.IGNORECASE)
UNEQUAL = Words(
    en="{images} holds {samples} samples, {labels_file} {labels} labels.",
    bn="{images} ফাইলে নমুনা {samples}টি, অথচ {labels_file} ফাইলে লেবেল {labels}টি।",
)
OTHER_SHAPES = Words(
    en="{folder}: the files hold samples of different shapes.",
    bn="{folder}: ফাইলগুলোতে নমুনার আকার এক নয়।",
)
NO_IDX = Words(
    en="{file} is no idx file: it begins with {start}.", bn="{file} idx ফাইল নয়: এর শুরুতে আছে {start}।"
)
NOTHING = Words(en="nothing", bn="শূন্য বাইট")
CUT_SHORT = Words(
    en="{file} is cut short within its header.", bn="{file} অসম্পূর্ণ: শিরোভাগ শেষ হওয়ার আগেই ফাইল শেষ।"
)
OTHER_LENGTH = Words(
    en="{file} promises {shape} values ({needed} bytes) and holds {held} bytes.",
    bn="{file} ফাইলে থাকার কথা {shape}টি মান ({needed} বাইট), আছে {held} বাইট।",
)
NO_SAMPLES = Words(
    en="{file} promises {shape} values, which is no set of samples.",
    bn="{file} ফাইলে থাকার কথা {shape}টি মান; তা কোনো নমুনার সমষ্টি হয় না।",
)
NO_LABELS = Words(
    en="{folder}: {file} has no file of labels beside it. Found: {found}.",
    bn="{folder}: {file} ফাইলের পাশে লেবেলের ফাইল নেই। আছে: {found}।",
)
NO_IMAGES = Words(
    en="{folder} holds idx files of labels and none of images.",
    bn="{folder} ফোল্ডারে শুধু লেবেলের idx ফাইল আছে, ছবির নেই।",
)


def sniff(path: Path) -> bool:
    """Whether the file's name is an idx file's, or the folder holds one."""
    if path.is_dir():
        return any(_NAME.fullmatch(file.name) for file in path.iterdir())
    return path.is_file() and _NAME.fullmatch(path.name) is not None


def read(path: Path, options: Options) -> Data:
    """Pictures and labels of the folder's pairs of files (or of the pair that `path` belongs to).

    `labels.txt` beside them, one class name per line, names the classes. Raises DataError for wrong
    magic numbers, files cut short, a missing partner and unequal counts.
    """
    folder = path if path.is_dir() else path.parent
    pairs = _pairs(folder)
    if path.is_file():
        pairs = [pair for pair in pairs if path in pair]
    x, y, split = [], [], []
    for images_file, labels_file in pairs:
        samples, labels = load(images_file), load(labels_file)
        if len(samples) != len(labels):
            counts = {"samples": len(samples), "labels": len(labels)}
            both = {"images": images_file.name, "labels_file": labels_file.name}
            raise DataError(UNEQUAL.format(**both, **counts))
        x.append(samples)
        y.append(labels)
        split += [_code(images_file.name)] * len(samples)
    if len({samples.shape[1:] for samples in x}) > 1:
        raise DataError(OTHER_SHAPES.format(folder=folder.name))
    codes = np.array(split, dtype=np.uint8) if len(set(split)) > 1 else None
    modality, inputs, notes = _arrays.understand(np.concatenate(x), options.task or "image", None)
    targets, more = _arrays.answers(np.concatenate(y), _class_names(folder), options.task)
    data = Data(folder.name, modality, inputs, targets, split=codes)
    return data.noted(*notes, *more)


def load(file: Path) -> np.ndarray:
    """One idx file as an array of the machine's own byte order."""
    content = _unpacked.content(file)
    if content[:2] == _unpacked.MAGIC:
        content = _unpacked.gunzip(content, file.name)
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in _TYPES or content[3] == 0:
        raise DataError(NO_IDX.format(file=file.name, start=content[:4].hex(" ") or NOTHING))
    dtype, ndim = np.dtype(_TYPES[content[2]]), content[3]
    start = 4 + 4 * ndim
    if len(content) < start:
        raise DataError(CUT_SHORT.format(file=file.name))
    shape = tuple(map(int, np.frombuffer(content, ">u4", ndim, offset=4)))
    told = "x".join(map(str, shape))
    needed = int(np.prod(shape, dtype=object)) * dtype.itemsize
    if len(content) - start != needed:
        held = len(content) - start
        raise DataError(OTHER_LENGTH.format(file=file.name, shape=told, needed=needed, held=held))
    if ndim > MOST_SIDES or not needed:
        raise DataError(NO_SAMPLES.format(file=file.name, shape=told))
    return np.frombuffer(content, dtype, offset=start).reshape(shape).astype(dtype.newbyteorder("="))


def _pairs(folder: Path) -> list[tuple[Path, Path]]:
    """[(samples, labels), ...]: train before the rest. A file and its unpacked twin count once."""
    files = {}
    for file in sorted(folder.iterdir()):
        if match := _NAME.fullmatch(file.name):
            key = file.name.lower().removesuffix(".gz").replace(".idx", "-idx")
            files[key] = (int(match.group(1)), file)
    samples = {key: file for key, (ndim, file) in files.items() if ndim > 1}
    labels = {
        re.sub(r"-idx\d-.*|label[s]?", "", key): file for key, (ndim, file) in files.items() if ndim == 1
    }
    pairs = []
    for key, file in samples.items():
        partner = labels.get(re.sub(r"-idx\d-.*|image[s]?", "", key))
        if partner is None:
            have = ", ".join(sorted(file.name for _, file in files.values()))
            raise DataError(NO_LABELS.format(folder=folder.name, file=file.name, found=have))
        pairs.append((file, partner))
    if not pairs:
        raise DataError(NO_IMAGES.format(folder=folder.name))
    return sorted(pairs, key=lambda pair: (_code(pair[0].name), pair[0].name))


def _code(name: str) -> int:
    return 2 if _TEST.search(name) else 1 if _VALID.search(name) else 0


def _class_names(folder: Path) -> list[str] | None:
    for name in ("labels.txt", "classes.txt", "class_names.txt"):
        if (folder / name).is_file():
            lines = (folder / name).read_text(encoding="utf-8-sig", errors="replace").splitlines()
            return [line.strip() for line in lines if line.strip()] or None
    return None
