"""Small pictures and annotation files for the readers' tests."""

import json

import numpy as np
from PIL import Image

from nikti.core.data import Options
from nikti.readers._open import open_data


def picture(path, height=40, width=60, turn=None, seed=0, mode="RGB"):
    """A noisy picture file; turn: its EXIF orientation."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    exif = Image.Exif()
    if turn is not None:
        exif[0x0112] = turn
    Image.fromarray(pixels).convert(mode).save(path, exif=exif)
    return path


def mask(path, array, palette=None, **saving):
    """A mask file out of codes [H, W] or colours [H, W, 3]; palette: [[r, g, b], ...]."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(np.asarray(array))
    if palette is not None:
        image.putpalette(np.asarray(palette, dtype=np.uint8).ravel().tolist())
    image.save(path, **saving)
    return path


def coco(path, images, annotations, categories=((1, "cat"), (2, "dog"))):
    """images: (id, file_name, height, width); annotations: dicts, whose id is their position."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "images": [dict(zip(("id", "file_name", "height", "width"), i, strict=True)) for i in images],
        "annotations": [{"id": n, **a} for n, a in enumerate(annotations)],
        "categories": [{"id": key, "name": name} for key, name in categories],
    }
    path.write_text(json.dumps(content))
    return path


def voc(path, objects, size=(40, 60), filename="x.jpg"):
    """objects: (name, xmin, ymin, xmax, ymax)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    edges = "<xmin>{}</xmin><ymin>{}</ymin><xmax>{}</xmax><ymax>{}</ymax>"
    things = "".join(
        f"<object><name>{name}</name><bndbox>{edges.format(*box)}</bndbox></object>" for name, *box in objects
    )
    height, width = size
    path.write_text(
        f"<annotation><filename>{filename}</filename><size><width>{width}</width><height>{height}</height>"
        f"<depth>3</depth></size>{things}</annotation>"
    )
    return path


def read(path, **options):
    return open_data(path, Options(**options))


def notes(data):
    """{code: count} of what the data say."""
    return {note.code: note.values.get("count") for note in data.notes}


def boxes(data):
    """{file name: sorted (x1, y1, x2, y2, class name)}."""
    return {
        path.name: sorted(
            (*np.round(box[:4].tolist(), 3).tolist(), data.classes[int(box[4])]) for box in found
        )
        for path, found in zip(data.inputs.paths, (data.targets[i] for i in range(len(data))), strict=True)
    }
