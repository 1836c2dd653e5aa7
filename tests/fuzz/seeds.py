"""One tiny valid data set for every reader, made here; a model folder and a run for what is loaded again."""

from __future__ import annotations

import gzip
import json
import struct
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.readers import tfrecords
from tests.readers.drawn import coco, mask, picture, voc


@dataclass(frozen=True)
class Seed:
    """What is changed (all files of `folder`), and what is typed: words with places {here} for it and {out}
    for a folder to write into."""

    name: str
    folder: Path
    words: tuple[str, ...]
    sealed: bool = False


ROWS = [
    {
        "a": row,
        "b": row % 7 / 2,
        "c": "xyz"[row % 3],
        "d": f"2024-03-{row % 28 + 1:02}",
        "y": "no yes".split()[row % 2],
    }
    for row in range(40)
]
LINES = [
    "The river rose quickly after the rain",
    "My cat sleeps on the warm stove",
    "Rice grows in flat fields",
    "He sold seven red bicycles today",
]


def csv(folder: Path) -> str:
    text = "a,b,c,d,y\n" + "".join(",".join(map(str, row.values())) + "\n" for row in ROWS)
    (folder / "t.csv").write_text(text)
    return "t.csv --target y"


def tsv(folder: Path) -> str:
    text = "text\tlabel\n" + "".join(f"{LINES[row % 4]} number {row}\t{'ab'[row % 2]}\n" for row in range(30))
    (folder / "t.tsv").write_text(text)
    return "t.tsv"


def packed_csv(folder: Path) -> str:
    csv(folder)
    (folder / "t.csv.gz").write_bytes(gzip.compress((folder / "t.csv").read_bytes()))
    (folder / "t.csv").unlink()
    return "t.csv.gz --target y"


def jsonl(folder: Path) -> str:
    (folder / "t.jsonl").write_text("\n".join(map(json.dumps, ROWS)))
    return "t.jsonl --target y"


def records(folder: Path) -> str:
    (folder / "t.json").write_text(json.dumps(ROWS))
    return "t.json --target y"


def parquet(folder: Path) -> str:
    import pandas as pd

    pd.DataFrame(ROWS).to_parquet(folder / "t.parquet")
    return "t.parquet --target y"


def excel(folder: Path) -> str:
    import pandas as pd

    pd.DataFrame(ROWS).to_excel(folder / "t.xlsx", index=False)
    return "t.xlsx --target y"


def npz(folder: Path) -> str:
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 255, (24, 9, 9, 3), dtype=np.uint8), np.arange(24) % 3
    np.savez_compressed(folder / "t.npz", x=x, y=y, class_names=np.array(["a", "b", "c"]))
    return "t.npz"


def npz_table(folder: Path) -> str:
    rng = np.random.default_rng(0)
    names = np.array(["p", "q", "r"])
    np.savez(folder / "t.npz", x=rng.normal(size=(30, 3)), y=np.arange(30) % 2, feature_names=names)
    return "t.npz"


def idx(folder: Path) -> str:
    pixels = np.random.default_rng(0).integers(0, 255, (20, 8, 8), dtype=np.uint8)
    images = struct.pack(">BBBBIII", 0, 0, 8, 3, 20, 8, 8) + pixels.tobytes()
    labels = struct.pack(">BBBBI", 0, 0, 8, 1, 20) + bytes(row % 3 for row in range(20))
    (folder / "train-images-idx3-ubyte").write_bytes(images)
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(labels))
    return "."


def timeseries(folder: Path) -> str:
    rng = np.random.default_rng(0)
    for part in ("TRAIN", "TEST"):
        head = "@problemName t\n@timestamps false\n@univariate false\n@classLabel true a b\n@data\n"
        rows = [
            ":".join(",".join(f"{v:.3f}" for v in rng.normal(size=12)) for _ in range(2))
            + f":{'ab'[row % 2]}"
            for row in range(12)
        ]
        (folder / f"t_{part}.ts").write_text(head + "\n".join(rows) + "\n")
    return "."


def ucr(folder: Path) -> str:
    rng = np.random.default_rng(0)
    rows = ["\t".join([str(row % 2), *(f"{v:.3f}" for v in rng.normal(size=15))]) for row in range(20)]
    (folder / "t_TRAIN.tsv").write_text("\n".join(rows))
    return "t_TRAIN.tsv"


def image_folder(folder: Path) -> str:
    for row in range(8):
        picture(folder / "ab"[row % 2] / f"{row}.{('png', 'jpg', 'gif', 'bmp')[row // 2]}", 9, 12, seed=row)
    return "."


def labelled_images(folder: Path) -> str:
    for row in range(6):
        picture(folder / f"{row}.png", 9, 12, seed=row)
    (folder / "labels.csv").write_text(
        "image,label\n" + "".join(f"{row}.png,{'ab'[row % 2]}\n" for row in range(6))
    )
    return "."


def imagenet(folder: Path) -> str:
    for row, synset in enumerate(("n01440764", "n02012849")):
        for number in range(3):
            picture(folder / "train" / synset / f"{number}.jpg", 9, 12, seed=row * 3 + number)
    (folder / "LOC_synset_mapping.txt").write_text("n01440764 tench, Tinca tinca\nn02012849 crane\n")
    return "."


def coco_boxes(folder: Path) -> str:
    for row in range(4):
        picture(folder / "images" / f"{row}.png", 40, 60, seed=row)
    images = [(row, f"{row}.png", 40, 60) for row in range(4)]
    outline = [[2, 2, 20, 2, 20, 20, 2, 20]]
    notes = [
        {
            "image_id": row,
            "category_id": 1 + row % 2,
            "bbox": [2, 2, 18, 18],
            "segmentation": outline,
            "area": 324,
            "iscrowd": 0,
        }
        for row in range(4)
    ]
    coco(folder / "instances.json", images, notes)
    return "."


def coco_masks(folder: Path) -> str:
    return coco_boxes(folder) + " --task semantic_segmentation"


def voc_boxes(folder: Path) -> str:
    for row in range(4):
        picture(folder / "JPEGImages" / f"{row}.jpg", 40, 60, seed=row)
        voc(
            folder / "Annotations" / f"{row}.xml",
            [("cat", 2, 2, 20, 20), ("dog", 30, 5, 50, 30)],
            filename=f"{row}.jpg",
        )
    return "."


def yolo(folder: Path) -> str:
    for part in ("train", "val"):
        for row in range(3):
            picture(folder / "images" / part / f"{row}.jpg", 40, 60, seed=row)
            label = folder / "labels" / part / f"{row}.txt"
            label.parent.mkdir(parents=True, exist_ok=True)
            label.write_text(f"{row % 2} 0.5 0.5 0.2 0.3\n1 0.2 0.2 0.1 0.1\n")
    (folder / "data.yaml").write_text("train: images/train\nval: images/val\nnc: 2\nnames: [cat, dog]\n")
    return "."


def boxes_csv(folder: Path) -> str:
    for row in range(4):
        picture(folder / f"{row}.jpg", 40, 60, seed=row)
    rows = "".join(f"{row}.jpg,2,3,20,30,{'cat dog'.split()[row % 2]}\n" for row in range(4))
    (folder / "boxes.csv").write_text("filename,xmin,ymin,xmax,ymax,class\n" + rows)
    return "."


def masks(folder: Path) -> str:
    for row in range(4):
        picture(folder / "images" / f"{row}.png", 20, 30, seed=row)
        array = np.zeros((20, 30), np.uint8)
        array[4:12, 5 : 10 + row] = 1
        mask(folder / "masks" / f"{row}.png", array)
    (folder / "classes.txt").write_text("ground\nthing\n")
    return "."


def text_folder(folder: Path) -> str:
    from tests.readers.test_documents import docx, pdf, run

    for row, line in enumerate(LINES):
        place = folder / "ab"[row % 2]
        place.mkdir(exist_ok=True)
        (place / f"{row}.txt").write_text(line)
        docx(place / f"{row}.docx", run(line, "again"))
        pdf(place / f"{row}.pdf", line)
    return "."


def squad(folder: Path) -> str:
    qas = [
        {"id": str(n), "question": f"Who sold {n}?", "answers": [{"text": "He", "answer_start": 0}]}
        for n in range(6)
    ]
    paragraphs = [{"context": LINES[3], "qas": qas}, {"context": LINES[0], "qas": [{**qas[0], "id": "z"}]}]
    (folder / "q.json").write_text(
        json.dumps({"version": "1.1", "data": [{"title": "t", "paragraphs": paragraphs}]})
    )
    return "q.json"


def tmx(folder: Path) -> str:
    units = "".join(
        f'<tu><tuv xml:lang="en"><seg>{line} {n}</seg></tuv><tuv xml:lang="bn"><seg>ভাত {n}</seg></tuv></tu>\n'
        for n, line in enumerate(LINES * 3)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4"><header srclang="en"/>'
    text = f"{head}<body>{units}</body></tmx>"
    (folder / "m.tmx").write_text(text)
    return "m.tmx"


def parallel_files(folder: Path) -> str:
    (folder / "train.en").write_text("\n".join(f"{line} {n}" for n, line in enumerate(LINES * 3)))
    (folder / "train.bn").write_text("\n".join(f"ভাত ও মাছ {n}" for n in range(12)))
    return "."


def zipped(folder: Path) -> str:
    image_folder(folder)
    with zipfile.ZipFile(folder / "t.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*.*")):
            if file.suffix != ".zip":
                archive.write(file, file.relative_to(folder).as_posix())
                file.unlink()
    return "t.zip"


def classes_csv(folder: Path) -> str:
    for part in ("train", "valid"):
        for row in range(4):
            picture(folder / part / f"{row}.jpg", 20, 30, seed=row)
        rows = "".join(f"{row}.jpg,{row % 2},{int(row < 3)}\n" for row in range(4))
        (folder / part / "_classes.csv").write_text("filename,cat,dog\n" + rows)
    return "."


def cvat(folder: Path) -> str:
    box = '<box label="cat" xtl="10" ytl="5" xbr="30" ybr="25" rotation="20"></box>'
    polygon = '<polygon label="dog" points="10,5;30,5;30,25;10,25"/>'
    images = []
    for row, shape in enumerate((box, polygon, box + polygon)):
        picture(folder / "images" / f"{row}.png", 40, 60, seed=row)
        images.append(f'<image id="{row}" name="{row}.png" width="60" height="40">{shape}</image>')
    head = '<?xml version="1.0"?><annotations><version>1.1</version>'
    (folder / "annotations.xml").write_text(f"{head}{''.join(images)}</annotations>")
    return "."


def dota(folder: Path) -> str:
    (folder / "labelTxt").mkdir()
    lines = "10 5 30 5 30 25 10 25 cat 0\n40 10 50 20 40 30 30 20 small-vehicle 1\n"
    for row in range(3):
        picture(folder / "images" / f"{row}.png", 40, 60, seed=row)
        (folder / "labelTxt" / f"{row}.txt").write_text(f"imagesource:GoogleEarth\ngsd:0.1\n{lines}")
    return "."


def labelme(folder: Path) -> str:
    shapes = [
        {"label": "cat", "points": [[30, 25], [10, 5]], "shape_type": "rectangle"},
        {"label": "dog", "points": [[10, 5], [30, 5], [30, 25]], "shape_type": "polygon"},
    ]
    for row in range(3):
        picture(folder / f"{row}.png", 40, 60, seed=row)
        told = {"version": "5.0", "flags": {}, "shapes": shapes, "imagePath": f"{row}.png", "imageData": None}
        (folder / f"{row}.json").write_text(json.dumps({**told, "imageHeight": 40, "imageWidth": 60}))
    return "."


def label_studio(folder: Path) -> str:
    box = {"x": 10, "y": 10, "width": 30, "height": 40, "rotation": 0, "rectanglelabels": ["cat"]}
    result = {
        **{"type": "rectanglelabels", "value": box, "from_name": "l", "to_name": "i"},
        **{"original_width": 60, "original_height": 40},
    }
    tasks = []
    for row in range(3):
        picture(folder / f"{row}.png", 40, 60, seed=row)
        shown = {"image": f"/data/upload/1/0a1b2c3d-{row}.png"}
        tasks.append({"id": row, "data": shown, "annotations": [{"id": row, "result": [result]}]})
    (folder / "export.json").write_text(json.dumps(tasks))
    return "."


def wave(path: Path, row: int) -> None:
    import soundfile

    rate = (8000, 16_000, 22_050)[row % 3]
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.sin(np.arange(rate // 4) * (0.1 + 0.05 * row)) / 3, rate)


def sounds(folder: Path) -> str:
    for row in range(8):
        wave(folder / "ab"[row % 2] / f"{row}.{('wav', 'flac', 'ogg', 'mp3')[row // 2]}", row)
    return "."


def labelled_sounds(folder: Path) -> str:
    for row in range(6):
        wave(folder / "audio" / f"{row}.wav", row)
    rows = "".join(f"{row}.wav,{row // 2},{'ab'[row % 2]}\n" for row in range(6))
    (folder / "labels.csv").write_text("filename,fold,category\n" + rows)
    return ". --target category"


def audioset(folder: Path) -> str:
    rows = ["# YTID, start_seconds, end_seconds, positive_labels"]
    for row in range(6):
        wave(folder / f"video{row:06d}_{row}.wav", row)
        rows.append(f'video{row:06d}, {row}.000, {row + 10}.000, "/m/0{row % 2},/m/02"')
    (folder / "train_segments.csv").write_text("\n".join(rows) + "\n")
    (folder / "class_labels_indices.csv").write_text("index,mid,display_name\n0,/m/00,dog\n1,/m/01,cat\n")
    return "."


def clip(path: Path, row: int) -> None:
    import cv2

    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10, (32, 24))
    for moment in range(6):
        writer.write(np.full((24, 32, 3), 20 * row + 5 * moment, np.uint8))
    writer.release()


def clips(folder: Path) -> str:
    for row in range(6):
        clip(folder / "ab"[row % 2] / f"{row}.avi", row)
    (folder / "clips.csv").write_text(
        "file,source\n" + "".join(f"{'ab'[row % 2]}/{row}.avi,{row // 2}\n" for row in range(6))
    )
    return ". --group source"


def labelled_clips(folder: Path) -> str:
    for row in range(6):
        clip(folder / "videos" / f"{row}.avi", row)
    (folder / "labels.csv").write_text(
        "path,label\n" + "".join(f"videos/{row}.avi,{'ab'[row % 2]}\n" for row in range(6))
    )
    return "."


def frame_folders(folder: Path) -> str:
    for row in range(4):
        for number in range(5):
            picture(folder / "ab"[row % 2] / f"clip{row}" / f"frame_{number:03d}.png", 9, 12, seed=row)
    return "."


def youtube8m_videos(folder: Path) -> str:
    from tests.readers.test_youtube8m import video

    tfrecords.save(
        folder / "train0.tfrecord", [video(row, labels=(row % 2, 2 + row % 3)) for row in range(6)]
    )
    return "."


def youtube8m_frames(folder: Path) -> str:
    from tests.readers.test_youtube8m import film

    tfrecords.save(folder / "train0.tfrecord", [film(row, labels=(row % 2, 2 + row % 3)) for row in range(6)])
    return "."


#: {reader: the makers of its seeds}; `test_fuzz` holds that every reader of the catalogue is here.
READERS: dict[str, Sequence[Callable[[Path], str]]] = {
    "audioset": (audioset,),
    "boxes_csv": (boxes_csv,),
    "classes_csv": (classes_csv,),
    "coco": (coco_boxes, coco_masks),
    "cvat": (cvat,),
    "dota": (dota,),
    "label_studio": (label_studio,),
    "labelme": (labelme,),
    "csv_table": (csv, tsv, packed_csv, jsonl, records, parquet, excel),
    "clip_folder": (clips,),
    "frame_folders": (frame_folders,),
    "idx": (idx,),
    "image_folder": (image_folder,),
    "imagenet": (imagenet,),
    "labelled_clips": (labelled_clips,),
    "labelled_images": (labelled_images,),
    "labelled_sounds": (labelled_sounds,),
    "mask_folders": (masks,),
    "npz": (npz, npz_table),
    "parallel_files": (parallel_files,),
    "sound_folder": (sounds,),
    "squad": (squad,),
    "text_folder": (text_folder,),
    "timeseries": (timeseries, ucr),
    "tmx": (tmx,),
    "voc": (voc_boxes,),
    "yolo_folder": (yolo,),
    "youtube8m_frames": (youtube8m_frames,),
    "youtube8m_videos": (youtube8m_videos,),
    "zip_archive": (zipped,),
}


def of_readers(root: Path) -> list[Seed]:
    """A seed for each way to read, below `root`."""
    found = []
    for reader, makers in READERS.items():
        for make in makers:
            folder = root / f"{reader}-{make.__name__}"
            folder.mkdir(parents=True)
            place, *flags = make(folder).split()
            found.append(Seed(folder.name, folder, ("inspect", f"{{here}}/{place}", *flags)))
    return found


#: (task, side, contender) of the models that are loaded again.
MODELS = (
    ("tabular_classification", "classical", "logistic_regression"),
    ("tabular_classification", "classical", "random_forest"),
    ("tabular_classification", "classical", "rbf_svm"),
    ("tabular_regression", "classical", "gradient_boosting"),
    ("tabular_classification", "deep", "mlp"),
    ("text_classification", "deep", "transformer"),
    ("text_classification", "classical", "logistic_regression"),
    ("image_classification", "deep", "small_cnn"),
    ("object_detection", "classical", "hog_svm"),
)


QUICK = (MODELS[0], MODELS[4])


def of_models(root: Path, wanted: Sequence[tuple[str, str, str]] = MODELS) -> list[Seed]:
    """A sealed model folder of each, and what it is asked, below `root`."""
    from nikti.core import plain
    from nikti.run import reading
    from nikti.storage import models
    from nikti.storage.card import Card
    from tests.contract.small import small
    from tests.contract.test_contenders import fitted

    found = []
    for task_name, side, name in wanted:
        task, data = small(task_name)
        _, model, test = fitted(task, data, side, name, epochs=1)
        folder = root / f"model-{task_name}-{name}"
        folder.mkdir(parents=True)
        model.save(folder)
        facts = {"name": data.name, "modality": data.modality, "fingerprint": "", "n": 90}
        card = {
            "contender": {"name": name, "side": side, "options": {}},
            "task": task_name,
            "classes": list(data.classes),
            "input": reading.input_card(data),
            "target_column": None,
            "data": {**facts, "target": data.target_name},
            "versions": {},
        }
        models.seal(folder, plain.read(Card, card))
        question = asked(root / f"asked-{task_name}", test.inputs, data.modality)
        found.append(Seed(folder.name, folder, ("predict", "{here}", str(question)), sealed=True))
    return found


def asked(folder: Path, inputs: object, modality: str) -> Path:
    """Some samples without answers, as a file that a model takes."""
    folder.mkdir(parents=True, exist_ok=True)
    some = inputs.take(range(4))  # type: ignore[attr-defined]
    if modality == "table":
        some.frame.to_csv(folder / "new.csv", index=False)
        return folder / "new.csv"
    if modality == "text":
        (folder / "new.txt").write_text("\n".join(some))
        return folder / "new.txt"
    np.savez(folder / "new.npz", x=np.stack(list(some)))
    return folder / "new.npz"


def of_run(root: Path) -> list[Seed]:
    """A finished run, and the verbs that read it."""
    from nikti.storage.store import Store
    from tests.report.made import made_run, made_samples

    run, folder = made_run(n=160, sizes=(32, 64, 128)), root / "run"
    store = Store.create(folder)
    for what in ("settings", "data", "machine", "versions", "seconds", "finished"):
        store.put(what, getattr(run, what))
    store.put("task", run.data["task"])
    store.put("samples", made_samples())
    store.put_plan(run.plan)
    for result in run.results:
        store.add(result)
    store.close()
    np.savez(folder / "split.npz", fold=run.folds, targets=run.targets)
    verbs = {"report": ("--out", "{out}/report.html"), "curve": ()}
    return [Seed(f"run-{verb}", folder, (verb, "{here}", *more)) for verb, more in verbs.items()]


def all_of(root: Path, only: str = "", few: bool = False) -> list[Seed]:
    """Every seed whose name holds `only`; few: with those models alone that are made quickly."""
    found = [*of_readers(root), *of_run(root)]
    wanted = [one for one in MODELS if only in f"model-{one[0]}-{one[2]}" and (one in QUICK or not few)]
    found += of_models(root, wanted)
    return [seed for seed in found if only in seed.name]
