"""Which reader takes a path, and what every reader's data go through.

The readers are asked in this order, and the first whose `sniff` says yes reads:

    idx, npz, timeseries                  known by their files' names
    any reader not named here             so that a new, more special format comes before the general ones
    imagenet, voc, coco, yolo_folder,     pictures with files of a known form beside them
      boxes_csv
    labelled_images, mask_folders         pictures with a table; with masks
    image_folder                          class folders of pictures
    text_folder, csv_table                class folders of texts; tables

Where the user names a task, the readers that find its answers (their `TASKS`) are asked first, and those
that find only other answers are not asked. What a reader does with columns that the user names stands in its
`OPTIONS`; one that it does not look for is refused. One folder can so be read as boxes and as masks.
A folder that holds nothing but one folder is opened as the inner one, a .zip as what is in it. Picture
files are then decoded once: what cannot be read is dropped with a note.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from nikti.core import catalogue
from nikti.core.data import Data, Note, Options
from nikti.core.errors import DataError, UsageError
from nikti.core.foreign import printable, told
from nikti.core.inputs import Files, Frame, Inputs, TextFiles, Texts
from nikti.core.words import Words, joined
from nikti.readers import (
    _clips,
    _documents,
    _file_kinds,
    _folders,
    _images,
    _places,
    _sounds,
    _spelling,
    zip_archive,
)

FIRST = ("idx", "npz", "timeseries", "labelled_clips")
LAST = (
    *("imagenet", "voc", "coco", "yolo_folder", "boxes_csv"),
    *("labelled_images", "mask_folders", "image_folder", "text_folder", "csv_table"),
)

ALLOWED = Words(
    en="nikti reads a folder with one folder of pictures (or sounds, clips, .txt, .pdf, .docx files) per "
    "class, pictures with boxes (COCO, Pascal VOC, YOLO, CVAT, LabelMe, Label Studio, DOTA, CSV) or masks "
    "(images/ and masks/), such a folder as .zip, tables (CSV, TSV, JSON lines, Parquet, Excel), SQuAD's "
    "JSON, .npz, MNIST-style idx files, .ts or .tsv series, and texts with their translations (a table, "
    "train.en and train.de, TMX).",
    bn="নিক্তি পড়ে: এমন ফোল্ডার যাতে প্রতি শ্রেণির ছবির (বা শব্দ, ভিডিও, .txt, .pdf, .docx ফাইলের) একটি করে ফোল্ডার "
    "আছে; ছবির সঙ্গে বাক্স (COCO, Pascal VOC, YOLO, CVAT, LabelMe, Label Studio, DOTA, CSV) বা মাস্ক "
    "(images/ ও masks/); তেমন ফোল্ডারের .zip; টেবিল (CSV, TSV, JSON লাইন, Parquet, Excel); SQuAD-এর JSON; .npz; "
    "MNIST-এর মতো idx ফাইল; .ts বা .tsv সময়ক্রম; আর অনুবাদসহ লেখা (টেবিল, train.en ও train.de, TMX)।",
)

_PACKED = frozenset({".tar", ".gz", ".tgz", ".bz2", ".xz", ".rar", ".7z"})

NOT_THERE = Words(en="there is no file or folder {path}.", bn="{path} নামে কোনো ফাইল বা ফোল্ডার নেই।")
HOLDS = Words(en="{folder} holds: {there}.", bn="{folder} ফোল্ডারে আছে: {there}।")
EMPTY = Words(en="the folder {path} is empty.", bn="{path} ফোল্ডারটি খালি।")
LOOSE = Words(
    en="{path} holds {count} pictures and no class folders, so their answers are unknown. Make one folder "
    "per class ({example} ...), or put a labels.csv beside them with the columns image and label, or boxes "
    "(COCO, VOC, YOLO, CSV) or masks (images/ and masks/).",
    bn="{path} ফোল্ডারে {count}টি ছবি আছে, কিন্তু শ্রেণির ফোল্ডার নেই, তাই উত্তর জানা নেই। প্রতি শ্রেণির জন্য একটি ফোল্ডার "
    "করুন ({example} ...), বা পাশে image ও label কলামসহ একটি labels.csv রাখুন, বা বাক্স (COCO, VOC, YOLO, CSV), বা মাস্ক "
    "(images/ ও masks/)।",
)
LOOSE_SOUNDS = Words(
    en="{path} holds {count} sounds and no class folders, so their answers are unknown. Make one folder per "
    "class ({example} ...), or put a labels.csv beside them with the columns path and label.",
    bn="{path} ফোল্ডারে {count}টি শব্দ আছে, কিন্তু শ্রেণির ফোল্ডার নেই, তাই উত্তর জানা নেই। প্রতি শ্রেণির জন্য একটি ফোল্ডার "
    "করুন ({example} ...), বা পাশে path ও label কলামসহ একটি labels.csv রাখুন।",
)
NOTHING_KNOWN = Words(
    en="{path} holds nothing that nikti can compare: {listed}.",
    bn="{path} ফোল্ডারে নিক্তির তুলনা করার মতো কিছু নেই; আছে {listed}।",
)
COUNTED = Words(en="{count} {ending}", bn="{count}টি {ending}")
ITS_FOLDERS = Words(
    en="Its folders: {folders}; is one of them meant?",
    bn="এর ভেতরের ফোল্ডার: {folders}; এর কোনোটি কি চাইছেন?",
)
ONE_PICTURE = Words(
    en="{name} is one picture. To compare, give a folder with one folder of pictures per class; to predict "
    "it, type: nikti predict RUN {path}",
    bn="{name} একটিমাত্র ছবি। তুলনা করতে এমন ফোল্ডার দিন যাতে প্রতি শ্রেণির ছবির একটি করে ফোল্ডার আছে; এর উত্তর অনুমান "
    "করতে লিখুন: nikti predict RUN {path}",
)
ONE_SOUND = Words(
    en="{name} is one sound. To compare, give a folder with one folder of sounds per class; to predict it, "
    "type: nikti predict RUN {path}",
    bn="{name} একটিমাত্র শব্দ। তুলনা করতে এমন ফোল্ডার দিন যাতে প্রতি শ্রেণির শব্দের একটি করে ফোল্ডার আছে; এর উত্তর "
    "অনুমান করতে লিখুন: nikti predict RUN {path}",
)
ONE_DOCUMENT = Words(
    en="{name} is one document. To compare, give a folder with one folder of documents per class; to predict "
    "it, type: nikti predict RUN {path}",
    bn="{name} একটিমাত্র নথি। তুলনা করতে এমন ফোল্ডার দিন যাতে প্রতি শ্রেণির নথির একটি করে ফোল্ডার আছে; এর উত্তর অনুমান "
    "করতে লিখুন: nikti predict RUN {path}",
)
PACKED = Words(
    en="{name} is packed in a way that nikti does not unpack. Unpack it, or pack it as .zip.",
    bn="{name} যেভাবে প্যাক করা, নিক্তি তা খোলে না। নিজে খুলে দিন, বা .zip করে প্যাক করুন।",
)
NO_FORMAT = Words(en="{name} is of no format that nikti reads.", bn="{name} এমন ধরনের ফাইল নয় যা নিক্তি পড়ে।")
READ_AS = Words(en="{name} was read as: {title}", bn="{name} পড়া হয়েছে এভাবে: {title}")
NO_COLUMNS = Words(
    en="--{option} {column} names a column, and there is none to look for it in. {read_as}. Leave --{option} "
    "out, or give the table that holds the column.",
    bn="--{option} {column} একটি কলামের নাম, কিন্তু খোঁজার মতো কোনো টেবিল নেই। {read_as}। --{option} বাদ দিন, বা যে "
    "টেবিলে কলামটি আছে সেটি দিন।",
)
NOTHING_FOUND = Words(
    en="nothing to predict was found in {places}.", bn="অনুমান করার মতো কিছু পাওয়া যায়নি; খোঁজা হয়েছে: {places}।"
)
FOLDER_GIVEN = Words(
    en="{path} is a folder; give one {modality} file at a time.",
    bn="{path} একটি ফোল্ডার; একবারে একটি ফাইল দিন ({modality})।",
)
OTHER_KINDS = Words(
    en="files of different kinds, or several arrays of series, cannot be predicted at once.",
    bn="ভিন্ন ভিন্ন ধরনের ফাইল, বা সময়ক্রমের একাধিক অ্যারে, একসঙ্গে অনুমান করা যায় না।",
)
NOT_READ = Words(
    en="{file} cannot be read: {reason}. It is damaged, or not what its name says.",
    bn="{file} পড়া যাচ্ছে না: {reason}। ফাইলটি নষ্ট, বা নাম যা বলে তা নয়।",
)
OTHER_FORMS = Words(
    en="{file} was read as {read}; what is there as {others} was not used.",
    bn="ফোল্ডারটি {read} হিসেবে পড়া হয়েছে; অন্যভাবেও পড়া যেত: {others}।",
)


def readers(task: str | None = None) -> list[ModuleType]:
    """The reader modules in the order in which they are asked; task: the one that the user named."""
    others = [name for name in catalogue.names("readers") if name not in FIRST + LAST]
    modules = [catalogue.load("readers", name) for name in (*FIRST, *others, *LAST)]
    modules = [module for module in modules if hasattr(module, "read")]
    if task is None:
        return modules
    finding = [module for module in modules if task in getattr(module, "TASKS", ())]
    return finding + [module for module in modules if not hasattr(module, "TASKS")]


def reader_of(path: Path) -> str:
    """The name of the reader that would be asked to read a file or folder, "" where none knows it."""
    first = next((reader for reader in readers() if reader.sniff(path)), None)
    return "" if first is None else first.__name__.rpartition(".")[2]


def open_data(path: str | Path, options: Options, strict: bool = True) -> Data:
    """Labelled data from a file or folder; named after the path.

    strict: whether columns that the user named must be of use to the reader (its `OPTIONS`). Raises
    UsageError where they are not, and for a path that cannot be meant, DataError for one that holds
    nothing nikti can read, each with what was found and what to do.
    """
    path = Path(path)
    inner = unwrap(path)
    if zip_archive.sniff(inner):
        folder, damaged = zip_archive.unpacked(inner)
        packed = open_data(folder, options, strict)
        if damaged:
            values = {"archive": inner.name, "files": damaged}
            words = zip_archive.STORED_AGAIN
            packed = packed.noted(
                Note.of("info", "stored_again", words, values, names=", ".join(damaged[:5]))
            )
        return replace(packed, name=(inner.stem if inner == path else path.name))
    with told(DataError, NOT_READ, file=inner.name):
        reader = next((reader for reader in readers(options.task) if reader.sniff(inner)), None)
        if reader is None:
            raise _refusal(inner)
        if strict:
            used = getattr(reader, "OPTIONS", ())
            refuse_unused(options, used, READ_AS.format(name=path.name, title=Words.of(reader.TITLE)))
        data = reader.read(inner, options)
        for kind in (_images, _sounds, _clips):
            data = kind.readable(data, inner)
        data = _spelling.one_name_each(data)
    data = replace(data, name=printable(data.name))
    if hasattr(reader, "TASKS"):
        data = data.noted(*_also(inner, reader, options))
    return data if inner == path else replace(data, name=printable(path.name))


def refuse_unused(options: Options, used: Sequence[str], read_as: Words) -> None:
    """Raise UsageError where the user named columns that are not looked for. used: the options that are."""
    for option in ("target", "group", "time"):
        name = getattr(options, option)
        if name is not None and option not in used:
            raise UsageError(NO_COLUMNS.format(option=option, column=name, read_as=read_as))


def _also(path: Path, reader: ModuleType, options: Options) -> list[Note]:
    """A note where a folder can be read in other ways too (VOC's files beside a COCO JSON)."""
    rivals = [other for other in readers(options.task) if hasattr(other, "TASKS") and other is not reader]
    others = [other.__name__.rpartition(".")[2] for other in rivals if other.sniff(path)]
    if not others:
        return []
    name = reader.__name__.rpartition(".")[2]
    return [Note.of("info", "other_forms", OTHER_FORMS, {"read": name, "others": others}, file=path.name)]


def unwrap(path: Path) -> Path:
    """The innermost of folders that each hold one folder of data and else programs, papers and the packed
    form of the same. A folder of samples is not opened, since it is a class, nor is a train folder."""
    while path.is_dir():
        inner = [
            place
            for place in _folders.subfolders(path)
            if not all(map(_folders.about, _folders.files_below(place)))
        ]
        if len(inner) != 1 or not all(_around(file, inner[0]) for file in path.iterdir() if file.is_file()):
            return path
        if _places.role(inner[0].name) is not None or not _holds_more(inner[0]):
            return path
        path = inner[0]
    return path


def _around(file: Path, folder: Path) -> bool:
    packed = file.suffix.lower() in _PACKED | {".zip"} and file.name.split(".")[0] == folder.name
    return _folders.junk(file.name) or _folders.about(file) or packed


def _holds_more(folder: Path) -> bool:
    """Whether a folder holds folders, or files that are whole data sets, rather than samples."""
    files = [p for p in folder.iterdir() if not _folders.junk(p.name)]
    samples = [p for p in files if _file_kinds.of_path(p) or _documents.is_document(p)]
    return len(files) > len(samples)


def _refusal(path: Path) -> DataError | UsageError:
    if not path.exists():
        near = path.parent if path.parent.is_dir() else None
        there = sorted(p.name for p in near.iterdir() if not _folders.junk(p.name))[:8] if near else []
        said = [NOT_THERE.format(path=str(path))]
        if near and there:
            said.append(HOLDS.format(folder=near.resolve().name or str(near), there=", ".join(there)))
        return UsageError(joined([*said, ALLOWED], " "))
    if path.is_file():
        return _refused_file(path)
    found = list(_folders.files_below(path))
    if not found:
        return DataError(joined([EMPTY.format(path=str(path)), ALLOWED], " "))
    if (sounds := [p for p in found if _file_kinds.of("sound").known(p)]) and len(sounds) > len(found) / 2:
        example = f"{path.name}/dog/1.wav"
        return DataError(LOOSE_SOUNDS.format(path=str(path), count=len(sounds), example=example))
    loose = [p for p in found if _images.is_image(p)]
    if loose:
        example = f"{path.name}/cat/1.jpg"
        return DataError(LOOSE.format(path=str(path), count=len(loose), example=example))
    counts = Counter(p.suffix.lower() or p.name for p in found)
    listed = joined([COUNTED.format(count=count, ending=end) for end, count in counts.most_common(6)], ", ")
    said = [NOTHING_KNOWN.format(path=str(path), listed=listed)]
    if folders := ", ".join(p.name for p in _folders.subfolders(path)[:8]):
        said.append(ITS_FOLDERS.format(folders=folders))
    return DataError(joined([*said, ALLOWED], " "))


def _refused_file(path: Path) -> DataError | UsageError:
    if _file_kinds.of("sound").known(path):
        return UsageError(ONE_SOUND.format(name=path.name, path=str(path)))
    if _images.is_image(path):
        return UsageError(ONE_PICTURE.format(name=path.name, path=str(path)))
    if path.suffix.lower() in (".pdf", ".docx"):
        return UsageError(ONE_DOCUMENT.format(name=path.name, path=str(path)))
    if path.suffix.lower() in _PACKED:
        return UsageError(PACKED.format(name=path.name))
    return UsageError(joined([NO_FORMAT.format(name=path.name), ALLOWED], " "))


def open_inputs(
    paths: str | Path | Sequence[str | Path], modality: str, hint: Mapping[str, Any]
) -> tuple[Inputs, list[str]]:
    """Samples without answers, for a model that is there: (inputs, one name per sample).

    paths: files and folders. Pictures and sounds: files, folders with sub-folders, zips, tables that name
    them. Texts: documents and folders of them (one sample each; a single .txt file: one per line), tables.
    Questions: a table with the columns question and passage. Tables and series: one file each. Besides, the
    files of readers that name the modality as their MODALITY (SQuAD's JSON). hint: what the model says of
    its input, see `csv_table.read_inputs`.
    Raises UsageError or DataError for paths that are not there or hold no samples.
    """
    places = [Path(paths)] if isinstance(paths, str | Path) else [Path(path) for path in paths]
    for path in places:
        if not path.exists():
            raise UsageError(NOT_THERE.format(path=str(path)))
    pieces = []
    for path in places:
        with told(DataError, NOT_READ, file=path.name):
            pieces.append(_inputs(path, modality, hint, len(places) == 1))
    names = [name for _, found in pieces for name in found]
    if not names:
        raise DataError(NOTHING_FOUND.format(places=", ".join(map(str, places))))
    return _joined([inputs for inputs, _ in pieces]), names


def _inputs(path: Path, modality: str, hint: Mapping[str, Any], alone: bool) -> tuple[Inputs, list[str]]:
    from nikti.readers import csv_table, npz, timeseries

    if zip_archive.sniff(path):
        inputs, names = _inputs(folder := zip_archive.unpack(path), modality, hint, alone)
        return inputs, [name.replace(str(folder), str(path), 1) for name in names]
    if npz.sniff(path) and path.is_file():
        return npz.read_inputs(path, modality, hint)
    for reader in readers():
        if getattr(reader, "MODALITY", None) == modality and path.is_file() and reader.sniff(path):
            return reader.read_inputs(path, modality, hint)
    kind = _file_kinds.of_modality(modality)
    if kind is not None and (path.is_dir() or kind.known(path)):
        files = kind.below(path) or kind.folders(path)
        return kind.hold(files), [str(file) for file in files]
    one_text_each = path.is_dir() or (
        _documents.is_document(path) and not (alone and path.suffix.lower() == ".txt")
    )
    if modality == "text" and one_text_each:
        files = _documents.below(path) if path.is_dir() else [path]
        return TextFiles(files, _documents.text_of), [str(file) for file in files]
    if path.is_dir():
        raise UsageError(FOLDER_GIVEN.format(path=str(path), modality=modality))
    if modality == "series":
        return timeseries.read_inputs(path, modality, hint)
    return csv_table.read_inputs(path, modality, hint)


def _joined(pieces: Sequence[Inputs]) -> Inputs:
    if len(pieces) == 1:
        return pieces[0]
    if isinstance(pieces[0], Files) and len({type(piece) for piece in pieces}) == 1:
        return pieces[0].followed_by(pieces[1:])
    if all(isinstance(piece, Texts | TextFiles) for piece in pieces):
        return Texts([text for piece in pieces for text in piece])
    if all(isinstance(piece, Frame) for piece in pieces):
        return pieces[0].followed_by(pieces[1:])
    raise UsageError(OTHER_KINDS)
