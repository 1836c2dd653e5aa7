"""What had to be dropped, mended or guessed in boxes and masks, counted by kind."""

from __future__ import annotations

from collections import defaultdict

from nikti.core.data import Note

LISTED = 5  # places named in a note

#: {code: (level, what `count` of them are and what was done)}.
_SENTENCES = {
    "boxes_clipped": ("info", "boxes reach beyond their picture; they were cut at its edge"),
    "boxes_outside": ("warning", "boxes lie wholly outside their picture and were dropped"),
    "boxes_empty": ("warning", "boxes have no width or no height and were dropped"),
    "boxes_swapped": ("info", "boxes have their corners swapped; the corners were put in order"),
    "boxes_unreadable": ("warning", "boxes cannot be read and were dropped"),
    "boxes_unknown_class": ("warning", "boxes have a class that is not among the classes and were dropped"),
    "boxes_crowd": ("warning", "regions that mark a crowd of objects as one (iscrowd) were left out"),
    "boxes_difficult": ("info", "boxes marked as difficult are used like the others"),
    "boxes_from_outlines": ("info", "boxes were made from outlines"),
    "boxes_rescaled": ("info", "pictures are of another size than their annotation says; it was scaled"),
    "boxes_other_size": (
        "warning",
        "pictures have another shape than their annotation says; it was taken as pixels of the picture",
    ),
    "annotation_turned": (
        "info",
        "pictures were annotated as stored, before EXIF turned them; the annotation was turned with them",
    ),
    "annotation_damaged": ("warning", "annotations cannot be read; their pictures were dropped"),
    "annotation_alone": ("warning", "annotations have no picture and were dropped"),
    "pictures_not_there": ("warning", "pictures that the annotation names are not there and were dropped"),
    "pictures_not_listed": ("warning", "pictures are in no list of the data set and were left out"),
    "pictures_without_boxes": ("info", "pictures have no boxes; they are kept as pictures of nothing"),
    "pictures_without_objects": ("info", "pictures have no objects; they are kept as background alone"),
    "pictures_without_mask": ("warning", "pictures have no mask and were dropped"),
    "outlines_unreadable": ("warning", "outlines cannot be read and were dropped"),
    "masks_unreadable": ("warning", "masks cannot be read; they and their pictures were dropped"),
    "masks_alone": ("warning", "masks have no picture and were dropped"),
    "masks_resized": ("info", "masks are of another size than their pictures; they were resized"),
    "masks_other_shape": ("warning", "masks have another shape than their pictures; both were dropped"),
    "masks_snapped": ("info", "masks have in-between values (a lossy format, smooth edges); cut at one half"),
    "masks_unknown_colour": (
        "warning",
        "masks hold colours that the list of colours does not name; those pixels are not used",
    ),
    "classes_unused": ("info", "classes are named and never used; they were left out"),
}


class Tally:
    """Counts of what went wrong, with the first places of each kind."""

    def __init__(self) -> None:
        self.places: dict[str, list[str]] = defaultdict(list)

    def add(self, code: str, place: object) -> None:
        """One more of a kind, at a place ("a.xml, object 3")."""
        self.places[code].append(str(place))

    def notes(self) -> list[Note]:
        """A note for each kind found, in the order of `_SENTENCES`."""
        return [self._note(code) for code in _SENTENCES if self.places[code]]

    def _note(self, code: str) -> Note:
        level, words = _SENTENCES[code]
        places = self.places[code]
        listed = ", ".join(places[:LISTED]) + (", ..." if len(places) > LISTED else "")
        values = {"count": len(places), "places": places[:LISTED]}
        return Note(level, code, f"{len(places)} {words} ({listed}).", values)
