"""What had to be dropped, mended or guessed in boxes and masks, counted by kind."""

from __future__ import annotations

from collections import defaultdict

from nikti.core.data import Note
from nikti.core.words import Words

LISTED = 5  # places named in a note

#: {code: (level, what `count` of them are and what was done)}.
_SENTENCES = {
    "boxes_clipped": (
        "info",
        Words(
            en="{count} boxes reach beyond their picture; they were cut at its edge ({listed}).",
            bn="{count}টি বাক্স ছবির বাইরে গেছে; ছবির কিনারায় কাটা হয়েছে।",
        ),
    ),
    "boxes_outside": (
        "warning",
        Words(
            en="{count} boxes lie wholly outside their picture and were dropped ({listed}).",
            bn="{count}টি বাক্স পুরোপুরি ছবির বাইরে, তাই বাদ গেছে।",
        ),
    ),
    "boxes_empty": (
        "warning",
        Words(
            en="{count} boxes have no width or no height and were dropped ({listed}).",
            bn="{count}টি বাক্সের প্রস্থ বা উচ্চতা শূন্য, তাই বাদ গেছে।",
        ),
    ),
    "boxes_swapped": (
        "info",
        Words(
            en="{count} boxes have their corners swapped; the corners were put in order ({listed}).",
            bn="{count}টি বাক্সের কোণ উল্টো লেখা ছিল; ঠিক করা হয়েছে।",
        ),
    ),
    "boxes_unreadable": (
        "warning",
        Words(
            en="{count} boxes cannot be read and were dropped ({listed}).",
            bn="{count}টি বাক্স পড়া যায়নি, তাই বাদ গেছে।",
        ),
    ),
    "boxes_unknown_class": (
        "warning",
        Words(
            en="{count} boxes have a class that is not among the classes and were dropped ({listed}).",
            bn="{count}টি বাক্সের শ্রেণি তালিকায় নেই, তাই বাদ গেছে।",
        ),
    ),
    "boxes_crowd": (
        "warning",
        Words(
            en="{count} regions that mark a crowd of objects as one (iscrowd) were left out ({listed}).",
            bn="ভিড় হিসেবে একসঙ্গে দাগানো {count}টি অংশ (iscrowd) ধরা হয়নি।",
        ),
    ),
    "boxes_difficult": (
        "info",
        Words(
            en="{count} boxes marked as difficult are used like the others ({listed}).",
            bn="কঠিন বলে দাগানো {count}টি বাক্স অন্যগুলোর মতোই নেওয়া হয়েছে।",
        ),
    ),
    "boxes_from_outlines": (
        "info",
        Words(
            en="{count} boxes were made from outlines ({listed}).",
            bn="{count}টি বাক্স বস্তুর সীমারেখা থেকে বানানো হয়েছে।",
        ),
    ),
    "boxes_turned": (
        "info",
        Words(
            en="{count} boxes are turned; the upright box around each is used ({listed}).",
            bn="{count}টি বাক্স হেলানো; প্রতিটিকে ঘিরে সোজা বাক্স নেওয়া হয়েছে।",
        ),
    ),
    "boxes_not_outlined": (
        "warning",
        Words(
            en="{count} objects have a box and no readable outline; the pixels in these boxes are not used "
            "({listed}).",
            bn="{count}টি বস্তুর বাক্স আছে, কিন্তু পড়ার মতো সীমারেখা নেই; সেসব বাক্সের পিক্সেল ধরা হয়নি।",
        ),
    ),
    "shapes_not_used": (
        "warning",
        Words(
            en="{count} shapes are neither boxes nor outlines (points, lines, painted masks) and were left "
            "out ({listed}).",
            bn="{count}টি দাগ বাক্সও নয় সীমারেখাও নয় (বিন্দু, রেখা, রঙ করা মাস্ক), তাই বাদ গেছে।",
        ),
    ),
    "key_points_not_used": (
        "info",
        Words(
            en="{count} objects have key points, which are not used; their boxes are ({listed}).",
            bn="{count}টি বস্তুর কী-পয়েন্ট আছে; সেগুলো কাজে লাগে না, শুধু বাক্স নেওয়া হয়েছে।",
        ),
    ),
    "boxes_rescaled": (
        "info",
        Words(
            en="{count} pictures are of another size than their annotation says; it was scaled ({listed}).",
            bn="{count}টি ছবির মাপ লেখা মাপের সঙ্গে মেলে না; বাক্সের মাপ সেই অনুপাতে বদলানো হয়েছে।",
        ),
    ),
    "boxes_other_size": (
        "warning",
        Words(
            en="{count} pictures have another shape than their annotation says; it was taken as "
            "pixels of the picture ({listed}).",
            bn="{count}টি ছবির আকৃতি লেখা মাপের সঙ্গে মেলে না; সংখ্যাগুলো ছবির পিক্সেল ধরা হয়েছে।",
        ),
    ),
    "annotation_turned": (
        "info",
        Words(
            en="{count} pictures were annotated as stored, before EXIF turned them; the "
            "annotation was turned with them ({listed}).",
            bn="{count}টি ছবি ঘোরানোর আগে দাগানো হয়েছিল; দাগও ছবির সঙ্গে ঘোরানো হয়েছে।",
        ),
    ),
    "annotation_damaged": (
        "warning",
        Words(
            en="{count} annotations cannot be read; their pictures were dropped ({listed}).",
            bn="{count}টি দাগের ফাইল পড়া যায়নি; সেগুলোর ছবি বাদ গেছে।",
        ),
    ),
    "annotation_alone": (
        "warning",
        Words(
            en="{count} annotations have no picture and were dropped ({listed}).",
            bn="{count}টি দাগের ছবি নেই, তাই বাদ গেছে।",
        ),
    ),
    "pictures_not_there": (
        "warning",
        Words(
            en="{count} pictures that the annotation names are not there and were dropped ({listed}).",
            bn="তালিকায় নাম থাকা {count}টি ছবি নেই, তাই বাদ গেছে।",
        ),
    ),
    "pictures_not_listed": (
        "warning",
        Words(
            en="{count} pictures are in no list of the data set and were left out ({listed}).",
            bn="{count}টি ছবি কোনো তালিকায় নেই, তাই বাদ গেছে।",
        ),
    ),
    "pictures_without_boxes": (
        "info",
        Words(
            en="{count} pictures have no boxes; they are kept as pictures of nothing ({listed}).",
            bn="{count}টি ছবিতে কোনো বাক্স নেই; খালি ছবি হিসেবে রাখা হয়েছে।",
        ),
    ),
    "pictures_without_objects": (
        "info",
        Words(
            en="{count} pictures have no objects; they are kept as background alone ({listed}).",
            bn="{count}টি ছবিতে কোনো বস্তু নেই; শুধু পটভূমি হিসেবে রাখা হয়েছে।",
        ),
    ),
    "pictures_without_mask": (
        "warning",
        Words(
            en="{count} pictures have no mask and were dropped ({listed}).",
            bn="{count}টি ছবির মাস্ক নেই, তাই বাদ গেছে।",
        ),
    ),
    "outlines_unreadable": (
        "warning",
        Words(
            en="{count} outlines cannot be read and were dropped ({listed}).",
            bn="{count}টি সীমারেখা পড়া যায়নি, তাই বাদ গেছে।",
        ),
    ),
    "masks_unreadable": (
        "warning",
        Words(
            en="{count} masks cannot be read; they and their pictures were dropped ({listed}).",
            bn="{count}টি মাস্ক পড়া যায়নি; ছবিসহ বাদ গেছে।",
        ),
    ),
    "masks_alone": (
        "warning",
        Words(
            en="{count} masks have no picture and were dropped ({listed}).",
            bn="{count}টি মাস্কের ছবি নেই, তাই বাদ গেছে।",
        ),
    ),
    "masks_resized": (
        "info",
        Words(
            en="{count} masks are of another size than their pictures; they were resized ({listed}).",
            bn="{count}টি মাস্কের মাপ ছবির মাপের সঙ্গে মেলে না; মাপ বদলানো হয়েছে।",
        ),
    ),
    "masks_other_shape": (
        "warning",
        Words(
            en="{count} masks have another shape than their pictures; both were dropped ({listed}).",
            bn="{count}টি মাস্কের আকৃতি ছবির সঙ্গে মেলে না; দুটিই বাদ গেছে।",
        ),
    ),
    "masks_snapped": (
        "info",
        Words(
            en="{count} masks have in-between values (a lossy format, smooth edges); cut at one "
            "half ({listed}).",
            bn="{count}টি মাস্কে মাঝামাঝি মান আছে; অর্ধেকে ভাগ করা হয়েছে।",
        ),
    ),
    "masks_unknown_colour": (
        "warning",
        Words(
            en="{count} masks hold colours that the list of colours does not name; those pixels "
            "are not used ({listed}).",
            bn="{count}টি মাস্কে তালিকার বাইরের রঙ আছে; সেই পিক্সেলগুলো ধরা হয়নি।",
        ),
    ),
    "classes_unused": (
        "info",
        Words(
            en="{count} classes are named and never used; they were left out ({listed}).",
            bn="{count}টি শ্রেণির নাম আছে, ব্যবহার নেই; বাদ গেছে।",
        ),
    ),
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
        return Note.of(level, code, words, values, listed=listed)
