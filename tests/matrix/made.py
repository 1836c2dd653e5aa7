"""A small labelled data set on disk for each task, made so that nothing in it is alike: pictures of every
size, shape and mode, texts of one word and of hundreds, series of every length, rows with holes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from nikti.core.answers import CLASS
from nikti.datasets import (
    blobs,
    faces,
    genres,
    messages,
    moving_shapes,
    phrasebook,
    scenes,
    shapes,
    soundscapes,
    stories,
    tones,
    traces,
    waves,
)
from tests.readers import tfrecords

if TYPE_CHECKING:
    import pandas as pd

#: Modes of picture files, and what one of each is saved as.
MODES = {"RGB": "jpg", "L": "png", "RGBA": "png", "P": "gif", "I;16": "png", "1": "bmp", "CMYK": "tif"}
#: Codecs of clips that OpenCV writes everywhere, and what one of each is saved as.
CODECS = {"MJPG": "avi", "mp4v": "mp4", "VP80": "webm"}


@dataclass(frozen=True)
class Made:
    """What the verbs are given.

    labelled: to learn from and to be scored on; words: what every verb that reads it takes besides;
    new: what to predict, and how many answers that gives; one: what to explain; contenders: quick ones, one
    of each side. Paths are text, so that this can be kept as JSON.
    """

    task: str
    labelled: str
    words: list[str]
    new: str
    answers: int
    one: str
    contenders: list[str]


def save_picture(path: Path, pixels: np.ndarray, mode: str) -> Path:
    """A picture uint8 [H, W, C] as a file of that mode, its suffix chosen by it."""
    import cv2

    path.parent.mkdir(parents=True, exist_ok=True)
    grey = pixels[..., 0] if pixels.shape[2] == 1 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    whole = path.with_suffix(f".{MODES[mode]}")
    if mode == "I;16":
        Image.fromarray(grey.astype(np.uint16) * 257).save(whole)
    else:
        Image.fromarray(np.repeat(grey[..., None], 3, axis=2) if pixels.shape[2] == 1 else pixels).convert(
            mode
        ).save(whole)
    return whole


def stretched(pixels: np.ndarray, rng: np.random.Generator, least: int, most: int) -> np.ndarray:
    """The picture [H, W, C] with another height and another width."""
    import cv2

    height, width = rng.integers(least, most, 2)
    return cv2.resize(pixels, (int(width), int(height)), interpolation=cv2.INTER_AREA).reshape(
        height, width, pixels.shape[2]
    )


def photos(root: Path, n: int = 66) -> Made:
    """Class folders of pictures that differ in everything."""
    rng = np.random.default_rng(0)
    modes = list(MODES)
    folder, new = root / "photos", root / "new"
    for row in range(n):
        kind = shapes.CLASSES[row % 3]
        picture = stretched(shapes.draw(kind, rng), rng, 20, 70)
        save_picture(folder / kind / f"{row:03d}", picture, modes[row // 3 % len(modes)])
    for row in range(4):
        save_picture(new / f"{row}", stretched(shapes.draw("cross", rng), rng, 20, 70), modes[row])
    return Made(
        "image_classification", str(folder), [], str(new), 4, str(new / "1.png"), ["naive_bayes", "mlp"]
    )


def texts(root: Path, n: int = 90) -> Made:
    """A table of texts and labels; a text is one word, a message, or twenty of them in a row."""
    import pandas as pd

    rng = np.random.default_rng(1)
    kinds = [messages.CLASSES[row % 3] for row in range(n)]
    said = [
        " ".join(messages.write(kind, rng) for _ in range(int(rng.choice([1, 1, 3, 20])))) for kind in kinds
    ]
    said[7] = "ধন্যবাদ"
    frame = pd.DataFrame({"text": said, "label": kinds})
    frame.to_csv(root / "reviews.csv", index=False)
    frame[["text"]].head(5).to_csv(root / "new.csv", index=False)
    one = root / "one.txt"
    one.write_text("my kettle arrived broken and nobody answers")
    new, pair = str(root / "new.csv"), ["naive_bayes", "bag"]
    return Made("text_classification", str(root / "reviews.csv"), [], new, 5, str(one), pair)


def _columns(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Numbers, words, days and notes, some missing."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "rooms": rng.integers(1, 9, n),
            "area": rng.gamma(4.0, 20.0, n).round(1),
            "শহর": rng.choice(["ঢাকা", "Khulna", "Feni"], n),
            "built": pd.date_range("1970-01-01", periods=n, freq="97D").strftime("%Y-%m-%d"),
            "note": [" ".join(["sunny", "quiet", "old", "near the river"][: k % 5]) for k in range(n)],
        }
    )
    frame.loc[::7, "area"] = np.nan
    frame.loc[::11, "শহর"] = None
    return frame


def _table(
    root: Path, task: str, target: str, answer: np.ndarray, frame: pd.DataFrame, pair: list[str]
) -> Made:
    frame[target] = answer
    frame.to_csv(root / "table.csv", index=False)
    frame.drop(columns=target).head(6).to_csv(root / "new.csv", index=False)
    new = str(root / "new.csv")
    return Made(task, str(root / "table.csv"), ["--target", target], new, 6, new, pair)


def classes_of_rows(root: Path, n: int = 120) -> Made:
    """Mixed columns and a class."""
    rng = np.random.default_rng(2)
    frame = _columns(rng, n)
    answer = np.where(frame["rooms"] + rng.normal(0, 1, n) > 4, "big", "small")
    pair = ["naive_bayes", "mlp"]
    return _table(root, "tabular_classification", "size", answer, frame, pair)


def values_of_rows(root: Path, n: int = 120) -> Made:
    """Mixed columns and a number."""
    rng = np.random.default_rng(3)
    frame = _columns(rng, n)
    answer = (1000 * frame["rooms"] + rng.normal(0, 500, n)).round(2)
    return _table(root, "tabular_regression", "price", answer, frame, ["linear_regression", "mlp"])


def series(root: Path, n: int = 90) -> Made:
    """Series of two channels, of every length, with holes."""
    rng = np.random.default_rng(4)
    kinds = ("sine", "square", "sawtooth")
    head = "@problemName walks\n@timeStamps false\n@univariate false\n@classLabel true "
    head += " ".join(kinds) + "\n@data\n"
    lines = []
    for row in range(n):
        kind = kinds[row % 3]
        values = waves.draw(kind, rng)[:, : int(rng.integers(40, waves.LENGTH))]
        cells = [[f"{value:.3f}" for value in channel] for channel in values]
        if row % 10 == 0:
            cells[1][5] = "?"
        lines.append(":".join(",".join(channel) for channel in cells) + f":{kind}")
    (root / "walks.ts").write_text(head + "\n".join(lines) + "\n")
    (root / "new.ts").write_text(head + "\n".join(lines[:5]) + "\n")
    new, pair = str(root / "new.ts"), ["logistic_regression", "mlp"]
    return Made("series_classification", str(root / "walks.ts"), [], new, 5, new, pair)


def save_clip(path: Path, clip: np.ndarray, codec: str, width: int, height: int) -> Path:
    """A clip uint8 [T, H, W, 3] as a file of that codec with frames of that size; its suffix is chosen by the
    codec."""
    import cv2

    whole = path.with_suffix(f".{CODECS[codec]}")
    whole.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(whole), cv2.VideoWriter_fourcc(*codec), 12, (width, height))
    for frame in clip:
        writer.write(cv2.resize(frame, (width, height))[:, :, ::-1])
    writer.release()
    return whole


def clips(root: Path, n: int = 48) -> Made:
    """Class folders of clips that differ in size, length and codec; two of one frame."""
    rng = np.random.default_rng(13)
    codecs, kinds = list(CODECS), ("left", "right")
    for row in range(n + 3):
        clip = moving_shapes.draw(kinds[row % 2], rng)
        clip = clip[:1] if row in (5, 6) else clip[: int(rng.integers(10, len(clip) + 1))]
        width, height = (2 * int(half) for half in rng.integers(8, 13, 2))
        place = root / "new" / f"{row - n}" if row >= n else root / "clips" / kinds[row % 2] / f"{row:03d}"
        saved = save_clip(place, clip, codecs[row % len(codecs)], width, height)
    new, pair = str(root / "new"), ["naive_bayes", "frame_cnn"]
    return Made("video_classification", str(root / "clips"), [], new, 3, str(saved), pair)


def sounds(root: Path, n: int = 60) -> Made:
    """Class folders of sounds of unequal lengths, in several formats, rates and numbers of channels."""
    import soundfile

    from nikti.core.sounds import RATE, resampled

    rng = np.random.default_rng(13)
    kinds = (("wav", 16_000, 1), ("flac", 22_050, 2), ("ogg", 8_000, 1))
    folder, new = root / "sounds", root / "new_sounds"
    for row in range(n + 4):
        kind = tones.CLASSES[row % 4]
        ending, rate, channels = kinds[row // 4 % 3]
        wave = resampled(tones.draw(kind, rng), RATE * RATE // rate)  # [samples], played at `rate`
        place = folder / kind / f"{row:03d}.{ending}" if row < n else new / f"{row - n}.{ending}"
        place.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(place, np.repeat(wave[:, None], channels, axis=1), rate)
    one = str(sorted(new.iterdir())[1])
    return Made("sound_classification", str(folder), [], str(new), 4, one, ["naive_bayes", "log_mel_cnn"])


def boxes(root: Path, n: int = 16) -> Made:
    """COCO's boxes around shapes in pictures that differ in size, mode and number of shapes."""
    rng = np.random.default_rng(5)
    modes = list(MODES)[:5]
    images, annotations = [], []
    for row in range(n):
        pixels, found = scenes.draw(rng)
        height, width = pixels.shape[:2]
        picture = stretched(pixels, rng, 48, 72)
        file = save_picture(root / "street" / "photos" / f"{row:03d}", picture, modes[row % len(modes)])
        up, across = picture.shape[0] / height, picture.shape[1] / width
        sizes = {"height": picture.shape[0], "width": picture.shape[1]}
        images.append({"id": row, "file_name": file.name, **sizes})
        for box in found:
            x1, y1, x2, y2 = (box[:4] * [across, up, across, up]).tolist()
            place = {"image_id": row, "bbox": [x1, y1, x2 - x1, y2 - y1]}
            annotations.append({"id": len(annotations), "category_id": int(box[CLASS]) + 1, **place})
    names = [{"id": code + 1, "name": name} for code, name in enumerate(scenes.CLASSES)]
    content = {"images": images, "annotations": annotations, "categories": names}
    (root / "street" / "boxes.json").write_text(json.dumps(content))
    for row in range(3):
        save_picture(root / "new" / f"{row}", stretched(scenes.draw(rng)[0], rng, 48, 72), modes[row])
    new, one = str(root / "new"), str(root / "new" / "1.png")
    return Made("object_detection", str(root / "street"), [], new, 3, one, ["hog_svm", "ssd"])


def masks(root: Path, n: int = 12) -> Made:
    """Pictures beside masks, cut to unequal sizes."""
    rng = np.random.default_rng(6)
    for row in range(n):
        pixels, mask = blobs.draw(rng)
        height, width = rng.integers(24, 40, 2)
        mode = ("RGB", "L", "RGBA")[row % 3]
        save_picture(root / "cells" / "images" / f"{row:03d}", pixels[:height, :width], mode)
        path = root / "cells" / "masks" / f"{row:03d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.ascontiguousarray(mask[:height, :width])).save(path)
        if row < 3:
            save_picture(root / "new" / f"{row}", pixels[:width, :height], mode)
    new, one = str(root / "new"), str(root / "new" / "1.png")
    pair = ["logistic_regression", "unet"]
    return Made("semantic_segmentation", str(root / "cells"), [], new, 3, one, pair)


def people(root: Path, persons: int = 12, each: int = 6) -> Made:
    """A folder for each person."""
    rng = np.random.default_rng(7)
    for code in range(persons):
        who = faces.person(rng)
        for number in range(each):
            picture = stretched(faces.draw(who, rng), rng, 40, 90)
            mode = ("RGB", "L", "RGBA", "P")[number % 4]
            save_picture(root / "people" / f"person {code}" / f"{number}", picture, mode)
            if code < 2 and number < 2:
                save_picture(root / "new" / f"{code}-{number}", picture[::-1], "L")
    words, pair, new = ["--task", "face_verification"], ["eigenfaces", "small_embedder"], str(root / "new")
    return Made("face_verification", str(root / "people"), words, new, 4, new, pair)


def pairs(root: Path, n: int = 60) -> Made:
    """Sentences with their translations, one to three in a line."""
    data = phrasebook.load(seed=8, n=2 * n)
    source = list(data.inputs)
    target = [data.targets[row][0] for row in range(len(data))]
    lines, at = ["en\tbn"], 0
    for row in range(n):
        until = at + 1 + row % 3 % 2
        lines.append(" ".join(source[at:until]) + "\t" + " ".join(target[at:until]))
        at = until
    (root / "pairs.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (root / "new.txt").write_text("\n".join(source[:3]) + "\n", encoding="utf-8")
    new, pair = str(root / "new.txt"), ["phrase_based", "gru_attention"]
    return Made("translation", str(root / "pairs.tsv"), [], new, 3, new, pair)


def questions(root: Path, n: int = 30) -> Made:
    """Questions about passages of unequal length in SQuAD's form; some have no answer."""
    data = stories.load(seed=9, n=n)
    articles: dict[str, list] = {}
    for row, (question, passage) in enumerate(data.inputs):
        places = data.targets.places(row)
        told = [
            {"text": text, "answer_start": start}
            for text, start in zip(data.targets[row], places, strict=True)
        ]
        asked = {"id": str(row), "question": question, "answers": told, "is_impossible": not told}
        articles.setdefault(passage, []).append(asked)
    content = [
        {"title": str(at), "paragraphs": [{"context": passage + " It rained." * (at % 3 * 4), "qas": qas}]}
        for at, (passage, qas) in enumerate(articles.items())
    ]
    (root / "squad.json").write_text(json.dumps({"version": "v2.0", "data": content}, ensure_ascii=False))
    (root / "new.json").write_text(json.dumps({"version": "v2.0", "data": content[:2]}, ensure_ascii=False))
    new, asked = str(root / "new.json"), sum(len(one["paragraphs"][0]["qas"]) for one in content[:2])
    pair = ["sliding_window", "bidaf"]
    return Made("question_answering", str(root / "squad.json"), [], new, asked, new, pair)


def labels_of_photos(root: Path, n: int = 60) -> Made:
    """A _classes.csv of two splits, with a column of 0 and 1 for each label."""
    rng = np.random.default_rng(10)
    tables = {part: ["filename, " + ", ".join(scenes.CLASSES)] for part in ("train", "valid")}
    for row in range(n):
        part = "valid" if row % 4 == 0 else "train"
        pixels, found = scenes.draw(rng)
        file = save_picture(
            root / "photos" / part / f"{row:03d}", stretched(pixels, rng, 40, 80), list(MODES)[row % 4]
        )
        there = [str(int((found[:, CLASS] == code).any())) for code in range(len(scenes.CLASSES))]
        tables[part].append(", ".join([file.name, *there]))
        if row < 3:
            save_picture(root / "new" / f"{row}", pixels, "L")
    for part, lines in tables.items():
        (root / "photos" / part / "_classes.csv").write_text("\n".join(lines) + "\n")
    new, one = str(root / "new"), str(root / "new" / "1.png")
    pair = ["naive_bayes", "mlp"]
    return Made("image_multilabel_classification", str(root / "photos"), [], new, 3, one, pair)


def labels_of_texts(root: Path, n: int = 90) -> Made:
    """JSON lines with a list of labels each, some empty."""
    rng = np.random.default_rng(11)
    lines = []
    for _ in range(n):
        mine = [name for name, share in genres.GENRES.items() if rng.random() < share]
        lines.append({"text": genres.write(mine, rng), "label": mine})
    records = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (root / "films.jsonl").write_text(records + "\n", encoding="utf-8")
    new = "\n".join(json.dumps({"text": line["text"]}, ensure_ascii=False) for line in lines[:4])
    (root / "new.jsonl").write_text(new + "\n", encoding="utf-8")
    one = root / "one.txt"
    one.write_text("the doctor sings in the evening. everybody laughs at the tailor")
    words, pair, new = ["--target", "label"], ["naive_bayes", "bag"], str(root / "new.jsonl")
    task = "text_multilabel_classification"
    return Made(task, str(root / "films.jsonl"), words, new, 4, str(one), pair)


def labels_of_rows(root: Path, n: int = 120) -> Made:
    """Mixed columns, and a text of several labels."""
    rng = np.random.default_rng(12)
    frame = _columns(rng, n)
    big, old = frame["rooms"] + rng.normal(0, 1, n) > 4, np.arange(n) + rng.normal(0, 9, n) < 50
    names = [("big", "old", "garden"), (big, old, rng.random(n) < 0.2)]
    answer = [
        "|".join(name for name, yes in zip(names[0], row, strict=True) if yes)
        for row in zip(*names[1], strict=True)
    ]
    pair = ["naive_bayes", "mlp"]
    return _table(root, "tabular_multilabel_classification", "kinds", np.array(answer, object), frame, pair)


def labels_of_series(root: Path, n: int = 60) -> Made:
    """Series and their labels as TFRecords of YouTube-8M hold films: frames of bytes."""
    data, records = traces.load(seed=15, n=2 * n), []
    for row in np.flatnonzero(data.targets.any(axis=1))[: n + 3]:  # a film without labels is left out
        levels = np.clip(np.rint(data.inputs[row][0] * 25 + 128), 0, 255).astype(np.uint8)
        numbers = tfrecords.whole_numbers(np.flatnonzero(data.targets[row]).tolist())
        about = {"id": tfrecords.letters([b"trace"]), "labels": numbers}
        frames = [tfrecords.letters([bytes([level])]) for level in levels[row % 7 :].tolist()]
        records.append(tfrecords.sequence(about, {"rgb": frames}))
    whole = str(tfrecords.save(root / "films.tfrecord", records[:n]))
    new = str(tfrecords.save(root / "new_films.tfrecord", records[n:]))
    pair = ["naive_bayes", "cnn1d"]
    return Made("series_multilabel_classification", whole, [], new, 3, new, pair)


def labels_of_sounds(root: Path, n: int = 60) -> Made:
    """A table of paths, and a cell with all labels of each sound, some empty."""
    import soundfile

    from nikti.core.sounds import RATE

    data = soundscapes.load(seed=14, n=n + 3)
    rows = ["path,labels"]
    for row, (wave, heard) in enumerate(zip(data.inputs, data.targets, strict=True)):
        place = root / "recordings" / f"{row:03d}.wav" if row < n else root / "new_sounds" / f"{row}.wav"
        place.parent.mkdir(exist_ok=True)
        soundfile.write(place, wave, RATE)
        rows.append(f"recordings/{place.name}," + "|".join(np.array(data.classes)[heard]))
    (root / "recordings.csv").write_text("\n".join(rows[: n + 1]) + "\n")
    new = root / "new_sounds"
    words = ["--target", "labels"]
    one, pair = str(sorted(new.iterdir())[1]), ["naive_bayes", "log_mel_cnn"]
    return Made(
        "sound_multilabel_classification", str(root / "recordings.csv"), words, str(new), 3, one, pair
    )


EVERY: dict[str, Callable[[Path], Made]] = {
    "image_classification": photos,
    "text_classification": texts,
    "tabular_classification": classes_of_rows,
    "tabular_regression": values_of_rows,
    "series_classification": series,
    "video_classification": clips,
    "sound_classification": sounds,
    "image_multilabel_classification": labels_of_photos,
    "text_multilabel_classification": labels_of_texts,
    "tabular_multilabel_classification": labels_of_rows,
    "sound_multilabel_classification": labels_of_sounds,
    "series_multilabel_classification": labels_of_series,
    "object_detection": boxes,
    "semantic_segmentation": masks,
    "face_verification": people,
    "translation": pairs,
    "question_answering": questions,
}
