"""Samples that lie in files of their own, one a file: what a column of paths names, what a folder holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nikti.core import clips, images, sounds
from nikti.core.inputs import ClipFiles, Files, ImageFiles, SoundFiles
from nikti.readers import _frame_sequences


@dataclass(frozen=True)
class FileKind:
    """modality: its name, also as the kind of a table's column; endings: of the names of such files; hold:
    paths -> inputs; folders: the folders in a folder that are one sample each, as of a clip its frames."""

    modality: str
    endings: frozenset[str]
    hold: Callable[[Sequence[Path]], Files]
    folders: Callable[[Path], list[Path]] = field(default=lambda place: [])

    def known(self, path: Path) -> bool:
        """Whether a file's name says that it is one."""
        return path.suffix.lower() in self.endings

    def below(self, place: Path) -> list[Path]:
        """The files of this kind in a folder and its sub-folders, by name; or the file itself."""
        from nikti.readers._folders import files_below

        return [path for path in files_below(place) if self.known(path)] if place.is_dir() else [place]


KINDS = (
    FileKind("image", images.ENDINGS, lambda paths: ImageFiles(paths, images.decode)),
    FileKind("sound", sounds.ENDINGS, lambda paths: SoundFiles(paths, sounds.decode)),
    FileKind("video", clips.ENDINGS, lambda paths: ClipFiles(paths, clips.decode), _frame_sequences.folders),
)
#: Of modalities whose samples are files.
MODALITIES = tuple(kind.modality for kind in KINDS)


#: The codes of notes that say which column of a table they were found in.
COLUMNS = tuple(f"{modality}_column" for modality in MODALITIES)


def of_path(path: Path) -> FileKind | None:
    """The kind that a file's name says; None for any other."""
    return next((kind for kind in KINDS if kind.known(path)), None)


def of(modality: str) -> FileKind:
    """The kind of a modality whose samples are files."""
    return next(kind for kind in KINDS if kind.modality == modality)


def of_modality(modality: str) -> FileKind | None:
    """The kind of a modality; None where its samples are no files."""
    return next((kind for kind in KINDS if kind.modality == modality), None)
