"""Masks from folders, COCO's outlines and YOLO's: codes, names, sizes, what is said; ImageNet's layout."""

import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nikti.core import images
from nikti.core.answers import Masks
from nikti.core.data import Options
from nikti.core.errors import DataError
from nikti.readers import _masks, _outlines, imagenet, mask_folders
from nikti.readers._open import readers
from tests.readers import drawn
from tests.readers.drawn import mask, notes, picture, read

HALVES = np.repeat([[0, 1]], 40, axis=0).repeat(30, axis=1).astype(np.uint8)  # [40, 60]


def folder(root, masks, pictures="images", called="masks", name="{}.png", **saving):
    """A picture beside each mask."""
    for number, array in enumerate(masks):
        picture(root / pictures / f"{number}.png", *np.shape(array)[:2], seed=number)
        mask(root / called / name.format(number), array, **saving)
    return root


@pytest.mark.parametrize(
    ("pictures", "called", "name"),
    [
        ("images", "masks", "{}.png"),
        ("img", "labels", "{}_label.png"),
        ("imgs", "gt", "{}_gt.png"),
        ("photos", "annotations", "{}.tif"),
        ("x", "y", "{}.png"),
        ("raw", "seg", "{}-seg.bmp"),
        ("JPEGImages", "SegmentationClass", "{}.png"),
        ("train_images", "train_masks", "{}_mask.png"),
        ("pics/images/sub", "pics/masks/sub", "{}.png"),
    ],
)
def test_names_of_folders_and_files(tmp_path, pictures, called, name, monkeypatch):
    monkeypatch.setenv("NIKTI_CACHE", str(tmp_path / "cache"))
    root = folder(tmp_path / "set", [HALVES, 1 - HALVES], pictures, called, name)
    data = read(root)
    assert isinstance(data.targets, Masks) and data.modality == "image" and data.split is None
    assert data.classes[0] == "background" and len(data.classes) == 2
    for found, truth in zip((data.targets[0], data.targets[1]), (HALVES, 1 - HALVES), strict=True):
        assert found.dtype == np.uint8 and np.array_equal(found, truth)
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", root)
    assert np.array_equal(read(packed).targets[1], 1 - HALVES)


@pytest.mark.parametrize(
    "layout", ["{part}/images {part}/masks", "images/{part} masks/{part}", "{part} {part}_labels"]
)
def test_splits_of_masks(tmp_path, layout):
    for code, part in enumerate(("train", "val", "test")):
        places = layout.format(part=part).split()
        folder(tmp_path, [HALVES] * (3 - code), *places)
    data = read(tmp_path)
    assert np.bincount(data.split).tolist() == [3, 2, 1] and notes(data) == {}


def test_codes_with_255_as_unknown_and_names_from_a_file(tmp_path):
    array = HALVES * 2
    array[0] = 255
    folder(tmp_path, [array])
    data = read(tmp_path)
    assert data.classes == ("background", "class 2") and "masks_ignore" in notes(data)
    truth = HALVES.copy()
    truth[0] = 255
    assert np.array_equal(data.targets[0], truth)
    (tmp_path / "classes.txt").write_text("nothing\nroad\ntree\n")
    assert read(tmp_path).classes == ("nothing", "tree")


def test_black_and_white_smooth_edges_and_jpeg(tmp_path):
    big = np.kron(HALVES, np.ones((4, 4), np.uint8)) * 255
    folder(tmp_path / "plain", [big])
    data = read(tmp_path / "plain")
    assert data.classes == ("background", "foreground") and np.array_equal(data.targets[0], big // 255)
    folder(tmp_path / "lossy", [big], name="{}.jpg", quality=40)
    wavy = np.clip(big.astype(int) + np.random.default_rng(0).integers(-30, 30, big.shape), 0, 255)
    mask(tmp_path / "lossy" / "masks" / "0.jpg", wavy.astype(np.uint8), quality=80)
    data = read(tmp_path / "lossy")
    assert notes(data)["masks_snapped"] == 1 and (data.targets[0] == big // 255).mean() > 0.999


def test_three_levels_sixteen_bits_and_palettes(tmp_path):
    levels = np.array([0, 128, 255], np.uint8)[np.arange(2400).reshape(40, 60) % 3]
    codes = np.arange(2400).reshape(40, 60) % 3
    folder(tmp_path / "levels", [levels])
    assert read(tmp_path / "levels").classes == ("background", "level 128", "level 255")
    assert np.array_equal(read(tmp_path / "levels").targets[0], codes)
    folder(tmp_path / "deep", [(codes * 300).astype(np.uint16)])
    assert np.array_equal(read(tmp_path / "deep").targets[0], codes)
    palette = [[0, 0, 0], [128, 0, 0], [0, 128, 0]]
    folder(tmp_path / "palette", [codes.astype(np.uint8)], palette=palette)
    assert np.array_equal(read(tmp_path / "palette").targets[0], codes)
    # Quantised one by one: position 1 is red here and green there, so colours decide.
    folder(tmp_path / "mixed", [codes.astype(np.uint8)], palette=palette)
    picture(tmp_path / "mixed" / "images" / "z.png")
    mask(tmp_path / "mixed" / "masks" / "z.png", (codes == 2).astype(np.uint8), [[0, 0, 0], [0, 128, 0]])
    data = read(tmp_path / "mixed")
    assert data.classes == ("background", "dark green", "dark red")
    assert np.array_equal(data.targets[1], codes == 2) and np.array_equal(data.targets[0] == 1, codes == 2)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("class_dict.csv", "name,r,g,b\nSky,0,0,255\nRoad,128,64,128\nCar,1,2,3\n"),
        ("labelmap.txt", "# label:color_rgb:parts:actions\nSky:0,0,255::\nRoad:128,64,128::\n"),
        ("my_colormap.txt", "0 0 255 Sky\n128 64 128 Road\n"),
        (None, None),
    ],
)
def test_colours(tmp_path, file, text):
    colours = np.array([[0, 0, 255], [128, 64, 128], [9, 9, 9]], np.uint8)
    array = colours[HALVES]
    if file:
        array[0, 0] = colours[2]
        (tmp_path / file).write_text(text)
    folder(tmp_path, [array])
    data = read(tmp_path)
    truth = HALVES.copy()
    if file:
        truth[0, 0] = 255
        assert notes(data) == {"masks_unknown_colour": 1}
    assert data.classes == (("Sky", "Road") if file else ("blue", "#804080"))
    assert np.array_equal(data.targets[0], truth)


def test_what_mask_folders_get_wrong(tmp_path):
    folder(tmp_path, [HALVES] * 5)
    mask(tmp_path / "masks" / "0.png", np.kron(HALVES, np.ones((2, 2), np.uint8)))
    mask(tmp_path / "masks" / "1.png", HALVES[:20])
    (tmp_path / "masks" / "2.png").write_bytes(b"broken")
    (tmp_path / "images" / "3.png").write_bytes(b"broken")
    mask(tmp_path / "masks" / "alone.png", HALVES)
    picture(tmp_path / "images" / "free.png")
    data = read(tmp_path)
    assert [path.name for path in data.inputs.paths] == ["0.png", "4.png"]
    assert np.array_equal(data.targets[0], HALVES)
    assert notes(data) == {
        "masks_resized": 1,
        "masks_other_shape": 1,
        "masks_unreadable": 1,
        "masks_alone": 1,
        "pictures_without_mask": 1,
        "dropped_unreadable": 1,
    }
    assert len(data.fingerprinted().fingerprint) == 16 and len(data.subset([1]).targets) == 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_masks_turn_as_pillow_turns_pictures(orientation):
    from PIL import ImageOps

    array = np.arange(24, dtype=np.uint8).reshape(4, 6)
    image = Image.fromarray(array)
    image.getexif()[0x0112] = orientation
    assert np.array_equal(_masks.turned(array, orientation), np.asarray(ImageOps.exif_transpose(image)))


@pytest.mark.parametrize("seen", ["stored", "turned"])
def test_a_mask_of_a_turned_picture(tmp_path, seen):
    picture(tmp_path / "images" / "0.png", 40, 60, turn=8)
    upright = np.rot90(HALVES)
    mask(tmp_path / "masks" / "0.png", HALVES if seen == "stored" else np.ascontiguousarray(upright))
    data = read(tmp_path)
    assert np.array_equal(data.targets[0], upright) and data.inputs[0].shape[:2] == upright.shape
    assert notes(data).keys() == {"turned_upright"} | ({"annotation_turned"} if seen == "stored" else set())


def test_photographs_in_a_masks_folder_and_letters_are_no_masks(tmp_path):
    picture(tmp_path / "photos" / "images" / "1.png")
    picture(tmp_path / "photos" / "masks" / "1.png", seed=1)
    with pytest.raises(DataError, match="no classes"):
        read(tmp_path / "photos")
    for letter in "wxyz":
        mask(tmp_path / "letters" / letter / "1.png", HALVES)
    assert sorted(read(tmp_path / "letters").targets) == ["w", "x", "y", "z"]
    many = np.arange(2400, dtype=np.uint16).reshape(40, 60)
    folder(tmp_path / "many", [many])
    with pytest.raises(DataError, match="no classes"):
        read(tmp_path / "many")
    with pytest.raises(DataError, match="2400 different values"):
        mask_folders.read(tmp_path / "many", Options())


def test_a_folder_with_labels_and_masks_is_read_as_asked(tmp_path):
    folder(tmp_path, [HALVES] * 4)
    (tmp_path / "labels.csv").write_text("id,label\n0,a\n1,b\n2,a\n3,b\n")
    assert read(tmp_path, target="label").targets.tolist() == ["a", "b", "a", "b"]
    assert isinstance(read(tmp_path, task="semantic_segmentation").targets, Masks)
    names = [reader.__name__.rpartition(".")[2] for reader in readers("image_classification")]
    assert "labelled_images" in names and "mask_folders" not in names


def test_run_lengths_and_polygons_against_pycocotools(tmp_path):
    coder = pytest.importorskip("pycocotools.mask")
    rng = np.random.default_rng(0)
    for trial in range(20):
        height, width = rng.integers(1, 90, 2)
        truth = (rng.random((height, width)) < rng.random()).astype(np.uint8)
        if trial % 2:
            truth = np.kron(truth, np.ones((5, 7), np.uint8))
        packed = coder.encode(np.asfortranarray(truth))
        counts = packed["counts"].decode()
        shape = {"size": list(truth.shape), "counts": counts}
        assert np.array_equal(_outlines.runs(shape, truth.shape), truth)
        plain = _outlines.unpacked(counts)
        assert np.array_equal(_outlines.runs({"counts": plain}, truth.shape), truth)
        if truth.any():
            x, y, w, h = coder.toBbox(packed)
            assert _outlines.around(shape, truth.shape) == (x, y, x + w, y + h)
    for _ in range(20):
        angle = np.sort(rng.random(9)) * 2 * np.pi
        radius = rng.uniform(15, 45, 9)
        polygon = np.column_stack([60 + radius * np.cos(angle), 50 + radius * np.sin(angle)]).ravel().tolist()
        theirs = coder.decode(coder.merge(coder.frPyObjects([polygon], 100, 120))).astype(bool)
        ours = _outlines.region([polygon], (100, 120))
        assert (ours & theirs).sum() / (ours | theirs).sum() > 0.96
        assert abs(int(ours.sum()) - _outlines.area([polygon], (100, 120))) < 0.02 * ours.sum()


@pytest.mark.parametrize("counts", ["!", "3", "3203", "o", [1, 2], [-1, 13], [], None, [10, 10]])
def test_run_lengths_that_are_none(counts):
    with pytest.raises(ValueError):
        _outlines.runs({"size": [3, 4], "counts": counts}, (3, 4))


def test_outlines_of_coco_become_masks_when_asked(tmp_path):
    for name in ("a.png", "b.png"):
        picture(tmp_path / "photos" / name, seed=ord(name[0]))
    square = [[10, 5, 30, 5, 30, 25, 10, 25]]
    inner = {"size": [40, 60], "counts": [0, 40, 2360]}  # the first column
    things = [
        {
            "image_id": 1,
            "category_id": 2,
            "bbox": [15, 10, 5, 5],
            "segmentation": [[15, 10, 20, 10, 20, 15, 15, 15]],
        },
        {"image_id": 1, "category_id": 1, "bbox": [10, 5, 20, 20], "segmentation": square},
        {"image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 40], "segmentation": inner, "iscrowd": 1},
        {"image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 40], "segmentation": [[1, 2, 3]]},
    ]
    drawn.coco(tmp_path / "c.json", [(1, "a.png", 40, 60), (2, "b.png", 40, 60)], things)
    assert len(read(tmp_path).targets.flat) == 3
    data = read(tmp_path, task="semantic_segmentation")
    truth = np.zeros((40, 60), np.uint8)
    truth[:, 0], truth[5:25, 10:30], truth[10:15, 15:20] = 255, 1, 2  # the smaller one is in front
    assert data.classes == ("background", "cat", "dog")
    assert np.array_equal(data.targets[0], truth) and not data.targets[1].any()
    assert notes(data) == {"boxes_crowd": 1, "boxes_not_outlined": 1, "pictures_without_objects": 1}
    for thing in things:
        thing.pop("bbox")
    drawn.coco(tmp_path / "c.json", [(1, "a.png", 40, 60)], things)
    assert isinstance(read(tmp_path).targets, Masks)
    picture(tmp_path / "photos" / "a.png", 40, 60, turn=6)  # annotated as it is stored
    assert np.array_equal(read(tmp_path).targets[0], np.rot90(truth, -1))


def test_outlines_of_yolo_become_masks(tmp_path):
    picture(tmp_path / "images" / "a.png")
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "a.txt").write_text("1 0.5 0 1 0 1 1 0.5 1\n")
    (tmp_path / "classes.txt").write_text("cat\ndog\n")
    data = read(tmp_path)
    assert data.classes == ("background", "dog") and np.array_equal(data.targets[0], HALVES)
    assert read(tmp_path, task="object_detection").targets.flat.tolist() == [[30, 0, 60, 40, 0]]


def test_pictures_that_are_not_plain_are_said(tmp_path):
    root = tmp_path / "cat"
    picture(root / "plain.jpg")
    picture(root / "turned.jpg", turn=3)
    picture(root / "cmyk.jpg", mode="CMYK")
    picture(root / "clear.png", mode="RGBA")
    picture(root / "grey.png", mode="L")
    mask(root / "deep.png", np.arange(2400, dtype=np.uint16).reshape(40, 60))
    Image.fromarray(HALVES).save(
        root / "moving.gif", save_all=True, append_images=[Image.fromarray(1 - HALVES)]
    )
    found = {code: count for code, count in notes(read(tmp_path)).items()}
    assert found.pop("grey_among_colour") in (2, 3)  # a grey GIF is one of colours to some versions of Pillow
    assert found == {"turned_upright": 1, "cmyk": 1, "transparent": 1, "sixteen_bits": 1, "first_frame": 1}


def imagenet_layout(root, classes, each):
    """Class folders with files that are no pictures: who opens one fails."""
    words = []
    for number in range(classes):
        synset = f"n{number:08d}"
        words.append(f"{synset} {'crane' if number < 2 else f'thing {number}'}, Genus species")
        place = root / "ILSVRC" / "Data" / "CLS-LOC" / "train" / synset
        place.mkdir(parents=True)
        for copy in range(each):
            (place / f"{synset}_{copy}.JPEG").write_bytes(b"not to be opened")
    flat = root / "ILSVRC" / "Data" / "CLS-LOC" / "val"
    flat.mkdir()
    for number in range(classes):
        (flat / f"ILSVRC2012_val_{number + 1:08d}.JPEG").write_bytes(b"not to be opened")
    return words


@pytest.mark.parametrize("solution", ["csv", "truth"])
def test_a_thousand_synsets_are_listed_without_opening_a_picture(tmp_path, solution):
    words = imagenet_layout(tmp_path, 1000, 3)
    if solution == "csv":
        (tmp_path / "LOC_synset_mapping.txt").write_text("\n".join(words))
        rows = [f"ILSVRC2012_val_{n + 1:08d},n{999 - n:08d} 1 2 3 4 n{n:08d} 5 6 7 8" for n in range(1000)]
        (tmp_path / "LOC_val_solution.csv").write_text("\n".join(["ImageId,PredictionString", *rows]))
    else:
        kit = tmp_path / "ILSVRC" / "devkit" / "data"
        kit.mkdir(parents=True)
        lines = [f"n{n:08d} {n + 1} {'crane' if n < 2 else f'thing_{n}'}" for n in range(1000)]
        (kit / "map_clsloc.txt").write_text("\n".join(lines))
        truth = "\n".join(str(1000 - n) for n in range(1000))
        (kit / "ILSVRC2015_clsloc_validation_ground_truth.txt").write_text(truth)
    assert imagenet.sniff(tmp_path) and imagenet.sniff(tmp_path / "ILSVRC" / "Data" / "CLS-LOC")
    start = time.process_time()
    data = imagenet.read(tmp_path, Options())
    assert time.process_time() - start < 5
    assert len(data) == 4000 and np.bincount(data.split).tolist() == [3000, 1000]
    assert len(set(data.targets)) == 1000 and {"thing 7", "crane (n00000000)"} <= set(data.targets)
    last = [
        t for p, t in zip(data.inputs.paths, data.targets, strict=True) if p.stem.endswith("val_00001000")
    ]
    assert last == ["crane (n00000000)"]
    assert all(isinstance(path, Path) for path in data.inputs.paths)
    with pytest.raises(DataError, match="is no picture"):
        data.inputs[0]


def test_synsets_of_the_development_kit_and_without_names(tmp_path):
    from scipy.io import savemat

    for synset in ("n01440764", "n02012849"):
        picture(tmp_path / "set" / "train" / synset / "1.JPEG", seed=int(synset[1:]))
    assert not imagenet.sniff(tmp_path / "set") and set(read(tmp_path / "set").targets) == {
        "n01440764",
        "n02012849",
    }
    picture(tmp_path / "set" / "val" / "ILSVRC2012_val_00000001.JPEG")
    picture(tmp_path / "set" / "test" / "ILSVRC2012_test_00000001.JPEG", seed=2)
    rows = [(1, "n01440764", "tench, Tinca tinca"), (2, "n02012849", "crane")]
    kind = [("ILSVRC2012_ID", "O"), ("WNID", "O"), ("words", "O")]
    kit = tmp_path / "ILSVRC2012_devkit_t12" / "data"
    kit.mkdir(parents=True)
    savemat(kit / "meta.mat", {"synsets": np.array(rows, dtype=kind)})
    (kit / "ILSVRC2012_validation_ground_truth.txt").write_text("2\n1\n")
    data = read(tmp_path / "set")
    assert data.targets.tolist() == ["tench", "crane", "crane"] and data.split.tolist() == [0, 0, 1]
    assert notes(data)["dropped_unlabelled"] == 1


def test_stored_numbers_stay_what_they_are(tmp_path):
    array = np.arange(2400, dtype=np.uint16).reshape(40, 60)
    assert np.array_equal(images.stored(mask(tmp_path / "a.png", array))[0], array)
    assert images.stored(mask(tmp_path / "b.png", HALVES.astype(bool)))[0].max() == 255
    found, palette = images.stored(mask(tmp_path / "c.png", HALVES, [[1, 2, 3], [4, 5, 6]]))
    assert np.array_equal(found, HALVES) and palette[:2].tolist() == [[1, 2, 3], [4, 5, 6]]
