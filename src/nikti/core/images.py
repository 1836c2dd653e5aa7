"""Picture files to arrays, and arrays to the working size.

Storing a data set and predicting on new files go through the same two functions, so that a picture is
the same to a model both times. Pillow and OpenCV are imported where they are used.
"""

from __future__ import annotations

import base64
import functools
import importlib.util
import warnings
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nikti.core.errors import DataError, NiktiError
from nikti.core.words import Words

if TYPE_CHECKING:
    from PIL import Image

#: File name endings of pictures.
ENDINGS = frozenset(
    ".png .jpg .jpeg .jpe .jfif .bmp .gif .webp .tif .tiff .ppm .pgm .pbm .pnm .heic .heif .hif .avif".split()
)
#: Endings of pictures that are not read: vector drawings, raw files of cameras, scans with volumes ...
OTHER_ENDINGS = frozenset(
    ".jxl .jp2 .j2k .svg .psd .eps .tga .ico .exr .hdr "
    ".dng .cr2 .cr3 .nef .arw .orf .rw2 .raf .raw .dcm .nii".split()
)

#: A picture with more pixels is refused: as RGB it takes 300 MB, and few cameras make such.
PIXEL_LIMIT = 100_000_000

#: The smallest working size; networks and hand-made features need a few pixels.
SMALLEST = 8

#: EXIF orientations from this one on exchange height and width.
FIRST_SIDEWAYS = 5
_ORIENTATION = 0x0112
_CLEAR = ("LA", "La", "RGBA", "RGBa", "PA")

# What Pillow may take a file for ("JPEG" includes the phones' MPO). Its other formats run programs
# (EPS) or are no photographs.
_FORMATS = ("PNG", "JPEG", "BMP", "DIB", "GIF", "WEBP", "TIFF", "PPM")
#: Plugins of Pillow for HEIC, either of which will do; the first is the extra, see pyproject.toml.
_HEIF_PLUGINS = ("pi_heif", "pillow_heif")
#: Names in the first box of files of the ISO base media format (ISO 14496-12): what a file is called by them.
_BRANDS = dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "HEIC")
_BRANDS |= {b"avif": "AVIF", b"avis": "AVIF"}
_NEEDS = {
    "HEIC": Words(
        "pi-heif, which is not installed. Type: pip install 'nikti[heic]'",
        "pi-heif লাগে, যা ইনস্টল করা নেই। লিখুন: pip install 'nikti[heic]'",
    ),
    "AVIF": Words(
        "Pillow 11.3 or newer with AVIF. Type: pip install -U pillow",
        "AVIF-সহ Pillow ১১.৩ বা তার পরের সংস্করণ লাগে। লিখুন: pip install -U pillow",
    ),
}

_UNDECODED = Words(
    en="{path} is damaged and cannot be decoded: {reason}.",
    bn="{path} নষ্ট, খোলা যায় না: {reason}।",
)
_BROKEN = Words(en="{path} is damaged: {reason}.", bn="{path} নষ্ট: {reason}।")
_EMPTY = Words(en="{path} is empty (zero bytes).", bn="{path} ফাঁকা ফাইল (শূন্য বাইট)।")
_NO_PICTURE = Words(
    en="{path} is no picture that can be read (png, jpg, bmp, gif, webp, tif, ppm, heic, avif).",
    bn="{path} পড়া যায় এমন কোনো ছবি নয় (png, jpg, bmp, gif, webp, tif, ppm, heic, avif)।",
)
_NEEDS_MORE = Words(
    en="{path} is {kind}, which needs {needs}, or save it as JPEG.",
    bn="{path} একটি {kind} ছবি; তা পড়তে {needs}, অথবা ছবিটি JPEG করে রাখুন।",
)
_MANY_MEGAPIXELS = Words(
    en="{path} has more than {most} megapixels; make it smaller.",
    bn="{path} ছবিতে {most} মেগাপিক্সেলের বেশি; ছোট করে নিন।",
)
_UNREAD = Words(en="{path} cannot be read: {reason}.", bn="{path} পড়া যায় না: {reason}।")
_MANY_PIXELS = Words(
    en="{path} has {width} x {height} pixels, more than {most} million; make it smaller.",
    bn="{path} ছবিটি {width} x {height} পিক্সেলের, যা {most} মিলিয়নের বেশি; ছোট করে নিন।",
)
_NO_GREY_LEVELS = Words(
    en="pixel values from {low:g} to {high:g} cannot be read as a picture; use 0..255 or 0..1.",
    bn="পিক্সেলের মান {low} থেকে {high}: এগুলো ছবি হিসেবে পড়া যায় না; ০..২৫৫ বা ০..১ ব্যবহার করুন।",
)
_NO_PNG = Words(
    en="a picture for the report could not be encoded as PNG",
    bn="রিপোর্টের একটি ছবি PNG করা যায়নি",
)


@functools.cache
def _pillow() -> ModuleType:
    from PIL import Image

    # PIXEL_LIMIT stands for Pillow's own warning, and raises.
    warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
    return Image


@functools.cache
def _formats() -> tuple[str, ...]:
    """What files are taken for here: HEIC and AVIF where Pillow can read them."""
    from PIL import features

    found = [*_FORMATS, *(["AVIF"] if "avif" in features.modules and features.check("avif") else [])]
    for name in _HEIF_PLUGINS:
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name).register_heif_opener()
            return (*found, "HEIF")
    return tuple(found)


def decode(path: str | Path) -> np.ndarray:
    """A picture file as uint8 [H, W, C]: C = 1 where the file's mode is grey, else 3 (RGB).

    Turned as its EXIF says; transparency is laid over white; 16 bits are scaled to 8; of an animation
    the first frame. Raises DataError, naming the file, if it is no picture, cut short or too large.
    """
    try:
        with _open(path) as picture:
            return _array(_upright(picture))
    except DataError:
        raise
    except Exception as error:  # on broken bytes Pillow's decoders raise nearly anything
        raise DataError(_UNDECODED.format(path=path, reason=_reason(error))) from error


class Facts(NamedTuple):
    """What a picture file says of itself.

    format such as "PNG"; frames: pictures in it; mode: Pillow's word for its kind of pixels ("L", "RGB",
    "P", "I;16" ...); clear: whether it has transparency; height, width: in pixels as stored; turn: its EXIF
    orientation, 1 (upright) to 8 (EXIF 2.32, tag 0x0112), which `decode` applies; camera: whether it has EXIF
    data; packing: of a JPEG its quantisation tables, which its quality sets, else ().
    """

    format: str
    frames: int
    mode: str
    clear: bool
    height: int
    width: int
    turn: int
    camera: bool = False
    packing: tuple[int, ...] = ()

    @property
    def upright(self) -> tuple[int, int]:
        """(height, width) of the picture as decoded."""
        return (self.width, self.height) if self.turn >= FIRST_SIDEWAYS else (self.height, self.width)


def facts(path: str | Path) -> Facts:
    """From the file's header alone. Raises DataError where there is none."""
    with _open(path) as picture:
        try:
            return _facts(picture)
        except Exception as error:  # an animation that ends within its first frames
            raise DataError(_BROKEN.format(path=path, reason=_reason(error))) from error


def probe(path: str | Path) -> Facts:
    """Decode a file to see that it is whole.

    JPEGs are decoded at an eighth of their size: as much of the file is read, in less time.
    Raises DataError as `decode` does.
    """
    try:
        with _open(path) as picture:
            found = _facts(picture)
            picture.draft(None, (1, 1))
            picture.load()
            return found
    except DataError:
        raise
    except Exception as error:
        raise DataError(_UNDECODED.format(path=path, reason=_reason(error))) from error


def stored(path: str | Path) -> tuple[np.ndarray, np.ndarray | None]:
    """The numbers that a file stores, for masks: ([H, W] grey levels or palette positions, or uint8
    [H, W, 3] colours; the palette, uint8 [k, 3], or None).

    Neither turned nor scaled; transparency is passed over; of an animation the first frame. Raises
    DataError as `decode` does.
    """
    try:
        with _open(path) as picture:
            picture.load()
            return _stored(picture)
    except DataError:
        raise
    except Exception as error:
        raise DataError(_UNDECODED.format(path=path, reason=_reason(error))) from error


def _stored(picture: Image.Image) -> tuple[np.ndarray, np.ndarray | None]:
    mode = picture.mode
    if mode == "P":
        palette = np.array(picture.getpalette("RGB"), dtype=np.uint8).reshape(-1, 3)
        return np.asarray(picture), palette
    if mode in ("LA", "La"):
        return np.asarray(picture)[:, :, 0], None
    if mode == "1":
        return np.asarray(picture.convert("L")), None
    if mode[0] in "LIF" and mode != "LAB":
        return np.asarray(picture), None
    return np.asarray(picture.convert("RGB")), None


def shape(path: str | Path) -> tuple[int, int]:
    """(height, width) as `decode` will give it, from the file's header."""
    return facts(path).upright


def _facts(picture: Image.Image) -> Facts:
    try:
        exif = picture.getexif()
        turn, camera = exif.get(_ORIENTATION, 1), bool(exif)
    except Exception:  # a broken EXIF block, see `_upright`
        turn, camera = 1, False
    turn = turn if turn in range(1, 9) else 1
    clear = picture.mode in _CLEAR or "transparency" in picture.info
    frames = getattr(picture, "n_frames", 1)
    tables = getattr(picture, "quantization", None) or {}
    packing = tuple(value for table in tables.values() for value in table)
    return Facts(
        picture.format or "",
        frames,
        picture.mode,
        clear,
        picture.height,
        picture.width,
        turn,
        camera,
        packing,
    )


def _open(path: str | Path) -> Image.Image:
    image = _pillow()
    path = Path(path)
    try:
        if path.stat().st_size == 0:
            raise DataError(_EMPTY.format(path=path))
        picture = image.open(path, formats=_formats())
    except image.UnidentifiedImageError:
        if needed := _needed(path):
            raise DataError(_NEEDS_MORE.format(path=path, kind=needed, needs=_NEEDS[needed])) from None
        raise DataError(_NO_PICTURE.format(path=path)) from None
    except image.DecompressionBombError:
        raise DataError(_MANY_MEGAPIXELS.format(path=path, most=PIXEL_LIMIT // 10**6)) from None
    except DataError:
        raise
    except Exception as error:
        raise DataError(_UNREAD.format(path=path, reason=_reason(error))) from error
    if picture.width * picture.height > PIXEL_LIMIT:
        raise DataError(
            _MANY_PIXELS.format(
                path=path, width=picture.width, height=picture.height, most=PIXEL_LIMIT // 10**6
            )
        )
    return picture


def _needed(path: Path) -> str:
    """The kind of a file that needs more than is installed in order to be read, "" where that is not why it
    cannot be."""
    with path.open("rb") as file:
        start = file.read(12)
    kind = _BRANDS.get(start[8:12], "") if start[4:8] == b"ftyp" else ""
    here = {"HEIC": "HEIF", "AVIF": "AVIF"}.get(kind) in _formats()
    return "" if here else kind


def _reason(error: Exception) -> str:
    said = (getattr(error, "strerror", None) or str(error)).rstrip(".")
    return said or type(error).__name__


def _upright(picture: Image.Image) -> Image.Image:
    from PIL import ImageOps

    picture.load()
    try:
        # Asked first, because turning copies the pixels also where there is nothing to turn.
        return ImageOps.exif_transpose(picture) if picture.getexif().get(_ORIENTATION, 1) != 1 else picture
    except Exception:  # a broken EXIF block says nothing about rotation; the pixels are fine
        return picture


def _array(picture: Image.Image) -> np.ndarray:
    mode = picture.mode
    if mode in ("1", "L"):
        return np.asarray(picture.convert("L"))[:, :, None]
    if mode.startswith("I") or mode == "F":
        return to_uint8(np.asarray(picture))[:, :, None]
    if mode in ("LA", "La"):
        return over_white(np.asarray(picture.convert("LA")))
    if mode in ("RGBA", "RGBa", "PA") or "transparency" in picture.info:
        return over_white(np.asarray(picture.convert("RGBA")))
    if mode == "RGB":
        return np.asarray(picture)
    return np.asarray(picture.convert("RGB"))


def over_white(image: np.ndarray) -> np.ndarray:
    """uint8 [..., C + 1] whose last channel is opacity, to uint8 [..., C] on white paper."""
    colour, opacity = image[..., :-1].astype(np.uint32), image[..., -1:].astype(np.uint32)
    return ((colour * opacity + 255 * (255 - opacity) + 127) // 255).astype(np.uint8)


def to_uint8(values: np.ndarray) -> np.ndarray:
    """Intensities of any number type as uint8, the range taken from the type and the values.

    0..255 stays; integers up to 65535 are divided by 257; fractions in 0..1 and -1..1 are spread over
    0..255. Raises DataError for other ranges and for values that are no numbers.
    """
    if values.dtype == np.uint8:
        return values
    if values.dtype == bool:
        return values.astype(np.uint8) * np.uint8(255)
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    whole = values.dtype.kind in "iu"
    if values.dtype == np.uint16 or (whole and low >= 0 and 255 < high <= 65535):
        return np.round(values / 257).astype(np.uint8)
    if low >= 0 and high <= 1 and not whole:
        return np.round(values * 255.0).astype(np.uint8)
    if low >= 0 and high <= 255:
        return np.round(values).astype(np.uint8)
    if low >= -1 and high <= 1 and not whole:
        return np.round((values + 1) * 127.5).astype(np.uint8)
    raise DataError(_NO_GREY_LEVELS.format(low=low, high=high))


def resize(image: np.ndarray, size: int, channels: int) -> np.ndarray:
    """uint8 [H, W, C] (or [H, W]) to uint8 [size, size, channels], squashed to a square.

    Averages over areas where it shrinks, interpolates where it grows, and leaves alone what fits.
    """
    image = with_channels(image if image.ndim == 3 else image[:, :, None], channels)
    height, width = image.shape[:2]
    if (height, width) == (size, size):
        return image
    import cv2

    shrunk = (min(width, size), min(height, size))
    if shrunk != (width, height):
        image = cv2.resize(image, shrunk, interpolation=cv2.INTER_AREA)
    if shrunk != (size, size):
        image = cv2.resize(image, (size, size), interpolation=cv2.INTER_LINEAR)
    return image.reshape(size, size, channels)


def resize_mask(mask: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """uint8 [H, W] of class codes to that (height, width): the nearest pixel's code, never a mean."""
    rows, columns = ((np.arange(new) + 0.5) * old / new for new, old in zip(size, mask.shape, strict=True))
    return np.ascontiguousarray(mask[rows.astype(int)[:, None], columns.astype(int)[None, :]])


def with_channels(image: np.ndarray, channels: int) -> np.ndarray:
    """[H, W, 1 or 3] with 1 or 3 channels; grey is the luma of ITU-R BT.601."""
    if image.shape[2] == channels:
        return image
    if channels == 3:
        return np.repeat(image, 3, axis=2)
    import cv2

    return cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2GRAY)[:, :, None]


def working_size(heights: np.ndarray, widths: np.ndarray, cap: int) -> int:
    """The side of the square that pictures are stored at: their own longer side (the median) where it
    is small, at most `cap`.

    >>> working_size([28, 28], [28, 28], 64), working_size([480, 300], [640, 400], 64)
    (28, 64)
    """
    longer = np.maximum(heights, widths)
    return int(min(cap, max(SMALLEST, round(float(np.median(longer))))))


def png(image: np.ndarray) -> str:
    """A picture uint8 [H, W, 1 or 3] as a PNG data URI for a page."""
    import cv2

    array = image if image.shape[2] == 1 else image[:, :, ::-1]  # OpenCV writes BGR
    done, encoded = cv2.imencode(".png", np.ascontiguousarray(array))
    if not done:
        raise NiktiError(_NO_PNG)
    return "data:image/png;base64," + base64.b64encode(encoded.tobytes()).decode()
