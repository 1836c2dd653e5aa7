"""English that a Bangla page shows: words in Latin letters that are no names."""

import html.parser
import re

#: Terms that have no other name, presets, and how machines and metrics are called.
FIELD = set(
    (
        "AP ArcFace best BiDAF BLEU box CKA CMYK CPU F fast GPU Grad-CAM HOG IoU JPEG LightGBM linear "
        "mAP medium MiniRocket NB-SVM nikti ONNX p PCA px R RGB sacrebleu SVM t temperature TF-IDF "
        "TreeSHAP UMAP"
    ).split()
)

#: Elements that show what is typed, and those that nobody reads.
TYPED = {"code", "style", "script"}
VOID = {"meta", "img", "br", "link", "input", "hr"}
FLAG = re.compile(r"--[a-z-]+(?: [A-Za-z_0-9.]+)?")
WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*[A-Za-z]|[A-Za-z]")


class _Visible(html.parser.HTMLParser):
    """Texts, and attributes that are read aloud or shown."""

    def __init__(self, page):
        super().__init__()
        self.open, self.texts = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        self.texts += [value for key, value in attrs if key in ("alt", "aria-label", "title") and value]

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if not TYPED & set(self.open):
            self.texts.append(data)


def _leaves(value):
    """Every string and key in JSON-able data."""
    if isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each)
    elif isinstance(value, str) and not value.startswith("data:"):
        yield value


def names_of(summary):
    """What the user's data, the contenders, the features and the machine are called, from a report's
    summary."""
    data = {key: value for key, value in summary["data"].items() if key != "notes"}
    layers, explained = summary["layers"] or {}, summary["explained"]
    found = [row["contender"] for row in summary["leaderboard"]]
    for condition in summary["verdict"]["conditions"]:
        found += _leaves({key: value for key, value in condition["values"].items() if key != "note"})
    found += _leaves([note["values"] for note in summary["data"]["notes"]])
    found += _leaves([data, summary["importance"], summary["samples"], summary["reproduce"]])
    found += _leaves([explained.get("samples"), explained.get("columns")])
    return found + list(_leaves([layers.get(key) for key in ("features", "kinds", "layers")]))


def latin_words(page, names):
    """The words in Latin letters of a page's visible text, sorted, that are part of no name."""
    named = FIELD | {word for name in names for word in WORD.findall(str(name))}
    shown = {word for text in _Visible(page).texts for word in WORD.findall(FLAG.sub(" ", text))}
    return sorted(shown - named)
