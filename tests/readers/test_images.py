"""Decoding and resizing, against Pillow's and NumPy's own arithmetic."""

import base64
import importlib.util
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, features

from nikti.core import images
from nikti.core.errors import DataError


@pytest.fixture
def colour():
    rng = np.random.default_rng(0)
    return np.asarray(Image.fromarray(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)).resize((32, 24)))


def save(path, array, **options):
    Image.fromarray(array).save(path, **options)
    return path


@pytest.mark.parametrize("ending", ["png", "bmp", "tif", "ppm"])
def test_lossless_files_come_back_exactly(tmp_path, colour, ending):
    assert np.array_equal(images.decode(save(tmp_path / f"ছবি one.{ending}", colour)), colour)


@pytest.mark.parametrize(
    ("ending", "options"), [("jpg", {"quality": 95, "subsampling": 0}), ("webp", {"quality": 95})]
)
def test_lossy_files_come_back_nearly(tmp_path, colour, ending, options):
    found = images.decode(save(tmp_path / f"a.{ending}", colour, **options))
    assert np.abs(found.astype(int) - colour).mean() < 9  # chroma is halved in webp


def test_grey_keeps_one_channel_and_sixteen_bits_become_eight(tmp_path):
    grey = np.arange(64, dtype=np.uint8).reshape(8, 8)
    assert np.array_equal(images.decode(save(tmp_path / "g.png", grey))[..., 0], grey)
    deep = save(tmp_path / "deep.png", grey.astype(np.uint16) * 257)
    assert np.array_equal(images.decode(deep)[..., 0], grey)
    real = save(tmp_path / "real.tif", grey.astype(np.float32) / 255)
    assert np.array_equal(images.decode(real)[..., 0], grey)


def test_transparency_lies_over_white(tmp_path):
    clear = np.zeros((2, 2, 4), dtype=np.uint8)
    clear[0, 0] = (255, 0, 0, 255)
    clear[0, 1] = (0, 0, 0, 51)  # a fifth black
    found = images.decode(save(tmp_path / "clear.png", clear))
    assert found[0, 0].tolist() == [255, 0, 0]
    assert found[0, 1].tolist() == [204, 204, 204]
    assert found[1, 1].tolist() == [255, 255, 255]


def test_palette_cmyk_and_animation(tmp_path, colour):
    picture = Image.fromarray(colour)
    picture.convert("P").save(tmp_path / "p.png")
    assert np.array_equal(images.decode(tmp_path / "p.png"), np.asarray(picture.convert("P").convert("RGB")))
    picture.convert("CMYK").save(tmp_path / "c.jpg", quality=95)
    assert np.abs(images.decode(tmp_path / "c.jpg").astype(int) - colour).mean() < 12
    red, blue = (Image.new("RGB", (5, 5), name) for name in ("red", "blue"))
    red.save(tmp_path / "a.gif", save_all=True, append_images=[blue])
    assert images.decode(tmp_path / "a.gif")[2, 2].tolist() == [255, 0, 0]
    assert images.probe(tmp_path / "a.gif")[:2] == ("GIF", 2)


def test_a_phones_jpeg_of_two_pictures(tmp_path, colour):
    picture = Image.fromarray(colour)
    picture.save(tmp_path / "phone.jpg", "MPO", save_all=True, append_images=[picture], quality=95)
    assert images.probe(tmp_path / "phone.jpg")[:2] == ("MPO", 2)
    assert images.decode(tmp_path / "phone.jpg").shape == colour.shape


def test_exif_turns_the_picture(tmp_path):
    picture = np.zeros((4, 6, 3), dtype=np.uint8)
    picture[0, 0] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate by 90 degrees clockwise
    found = images.decode(save(tmp_path / "turned.png", picture, exif=exif))
    assert np.array_equal(found, np.rot90(picture, k=-1))


def huge_png(side):
    """A PNG whose header promises side x side pixels, in a few bytes."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [11_000, 60_000])
def test_bombs_are_refused(tmp_path, side):
    (tmp_path / "bomb.png").write_bytes(huge_png(side))
    for look in (images.decode, images.probe):
        with pytest.raises(DataError, match="bomb.png.*(million|megapixels)"):
            look(tmp_path / "bomb.png")


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "gif", "bmp", "tif"])
def test_every_cut_through_a_file_is_said(tmp_path, colour, ending):
    whole = io.BytesIO()
    big = Image.fromarray(colour).resize((120, 90))
    big.save(whole, {"jpg": "JPEG", "tif": "TIFF"}.get(ending, ending))
    path = tmp_path / f"cut.{ending}"
    for share in (0.0, 0.01, 0.3, 0.7):
        path.write_bytes(whole.getvalue()[: int(share * len(whole.getvalue()))])
        for look in (images.decode, images.probe):
            with pytest.raises(DataError, match="cut"):
                look(path)


def test_text_called_jpg_and_missing_files(tmp_path):
    (tmp_path / "a.jpg").write_text("no picture")
    with pytest.raises(DataError, match="a.jpg is no picture"):
        images.decode(tmp_path / "a.jpg")
    with pytest.raises(DataError, match="b.jpg"):
        images.decode(tmp_path / "b.jpg")


def test_resize_leaves_alone_what_fits(colour):
    square = colour[:24, :24]
    assert images.resize(square, 24, 3) is square
    assert images.resize(square[..., 0], 24, 1).shape == (24, 24, 1)


def test_resize_shrinks_by_area_and_squashes(colour):
    found = images.resize(colour, 8, 3)  # 24 x 32: blocks of 3 x 4
    means = colour.reshape(8, 3, 8, 4, 3).mean(axis=(1, 3))
    assert np.abs(found - means).max() <= 0.51
    wide = images.resize(np.full((4, 40, 1), 7, dtype=np.uint8), 16, 1)
    assert wide.shape == (16, 16, 1) and (wide == 7).all()


def test_channels_are_luma_and_repeats(colour):
    grey = images.resize(colour[:24, :24], 24, 1)
    luma = np.asarray(Image.fromarray(colour[:24, :24]).convert("L"))
    assert np.abs(grey[..., 0].astype(int) - luma).max() <= 1
    same = np.repeat(luma[..., None], 3, axis=2)
    assert np.array_equal(images.resize(same, 24, 1)[..., 0], luma)
    assert np.array_equal(images.resize(luma[..., None], 24, 3), same)


def test_working_size():
    assert images.working_size([8] * 5, [8] * 5, 64) == 8
    assert images.working_size([300, 500, 20], [400, 200, 10], 64) == 64
    assert images.working_size([3], [2], 64) == images.SMALLEST


def test_value_ranges():
    assert images.to_uint8(np.array([0.0, 0.5, 1.0])).tolist() == [0, 128, 255]
    assert images.to_uint8(np.array([-1.0, 1.0])).tolist() == [0, 255]
    assert images.to_uint8(np.array([0.0, 17.6])).tolist() == [0, 18]
    assert images.to_uint8(np.array([0, 1], dtype=np.int64)).tolist() == [0, 1]
    assert images.to_uint8(np.array([0, 65535], dtype=np.uint16)).tolist() == [0, 255]
    with pytest.raises(DataError, match="-200"):
        images.to_uint8(np.array([-200.0, 900.0]))


#: A phone's picture in small: HEIC of 16 x 16 pixels, the left half black, the right half red.
HEIC = (
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAXxtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ACJpbG9jAAAAAERAAAEAAQAAAAABoAABAAAAAAAAAGYAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRt"
    "AAAAAAABAAAA/GlwcnAAAADcaXBjbwAAAHVodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA"
    "AAMAHroCQGEAAQApQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqrprm4CGgwIAAAAyAAAADAIRiAAEABkQBwXPBiQAAABNjb2xybmNs"
    "eAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFwAAAAEAAAAAEAAAAQAAAAAf///9AAAAAC////0AAAAAIAAAAQcGl4"
    "aQAAAAADCAgIAAAAGGlwbWEAAAAAAAAAAQABBYECAwWEAAAAbm1kYXQAAABiKAGvBPIXPtRCqX3d/0ryp+robt/+rY3/d8TjzAtB"
    "NQaf/ZuRjjL4qoRWeZ57DF3BsoBqEPwOQXrAWvlLwYRKKWrPf+KJrYBwPAk29cwSAq//d7ZqdhmxzrPMMJb2WUKQNcg="
)


@pytest.mark.parametrize("name", ["phone.HEIC", "renamed.jpg"])
def test_heic_is_read_or_named_with_what_it_needs(tmp_path, name):
    file = tmp_path / name
    file.write_bytes(base64.b64decode(HEIC))
    if any(importlib.util.find_spec(plugin) for plugin in ("pi_heif", "pillow_heif")):
        picture = images.decode(file)
        assert picture.shape == (16, 16, 3)
        assert np.abs(picture[:, :6].astype(int)).max() < 40
        assert np.abs(picture[:, 10:].astype(int) - (200, 40, 40)).max() < 40
    else:
        with pytest.raises(DataError, match=r"is HEIC, which needs pi-heif.*pip install 'nikti\[heic\]'"):
            images.decode(file)


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow was built without AVIF")
def test_avif_is_read(tmp_path, colour):
    Image.fromarray(colour).save(tmp_path / "a.avif", quality=95)
    assert images.decode(tmp_path / "a.avif").shape == colour.shape


def test_what_is_called_heic_and_is_none(tmp_path):
    file = tmp_path / "a.heic"
    file.write_text("no picture")
    with pytest.raises(DataError, match="is no picture that can be read"):
        images.decode(file)
