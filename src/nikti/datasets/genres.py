"""Generated films: which genres does the text name? Each genre speaks by sentences of its own, in English or
Bangla; how many there are, and their order, is nuisance. A few films have no genre at all."""

import numpy as np

from nikti.core.data import Data
from nikti.core.inputs import Texts
from nikti.core.words import Words

TITLE = Words(
    en="generated summaries of films with their genres, none or several, English and Bangla",
    bn="সিনেমার বানানো সারাংশ ও তার ধরন, একটিও না বা একাধিক, ইংরেজি ও বাংলায়",
)
MODALITY = "text"
TASK = "text_multilabel_classification"

#: How often a film has each genre, by itself.
GENRES = {"comedy": 0.45, "drama": 0.4, "music": 0.2, "war": 0.15}
BANGLA = 0.4  # share of films told in Bangla
LOST = 0.1  # share of genres whose sentence is left out: no reader can know them

ENGLISH_WORDS = {
    "comedy": ["everybody laughs at the {who}", "a {who} falls into the cake", "the {who} jokes all night"],
    "drama": ["the {who} leaves home in tears", "a letter breaks the {who}", "the {who} has to forgive"],
    "music": ["the {who} sings in the evening", "a band plays for the {who}", "the {who} learns the sitar"],
    "war": [
        "soldiers take the {who} away",
        "the {who} hides from the shells",
        "the front comes to the {who}",
    ],
    "always": ["the {who} lives by the river", "years go by", "it rains in the {who}'s street"],
    "who": ["teacher", "boatman", "sister", "tailor", "old man", "doctor"],
}
BANGLA_WORDS = {
    "comedy": ["{who} কেকের উপর পড়ে যায়", "{who}-কে দেখে সবাই হাসে", "{who} সারা রাত ঠাট্টা করে"],
    "drama": ["{who} কাঁদতে কাঁদতে বাড়ি ছাড়ে", "একটা চিঠিতে {who} ভেঙে পড়ে", "{who}-কে ক্ষমা করতে হয়"],
    "music": ["সন্ধ্যায় {who} গান গায়", "{who}-এর জন্য বাজনা বাজে", "{who} সেতার শেখে"],
    "war": ["সৈন্যরা {who}-কে ধরে নিয়ে যায়", "গোলার ভয়ে {who} লুকায়", "{who}-এর গ্রামে যুদ্ধ আসে"],
    "always": ["{who} নদীর ধারে থাকে", "বছর কেটে যায়", "{who}-এর গলিতে বৃষ্টি নামে"],
    "who": ["মাস্টার", "মাঝি", "বোন", "দর্জি", "বুড়ো", "ডাক্তার"],
}


def load(seed: int = 0, n: int = 400) -> Data:
    """n texts, and which of the genres each has, bool [n, 4]."""
    rng = np.random.default_rng(seed)
    genres = rng.random((n, len(GENRES))) < list(GENRES.values())
    texts = [write([name for name, there in zip(GENRES, row, strict=True) if there], rng) for row in genres]
    return Data("genres", "text", Texts(texts), genres, tuple(GENRES), target_name="genres")


def write(genres: list[str], rng: np.random.Generator) -> str:
    """One summary: a sentence for each genre among those that any film could have."""
    words = BANGLA_WORDS if rng.random() < BANGLA else ENGLISH_WORDS
    told = [genre for genre in genres if rng.random() >= LOST] + ["always"] * int(rng.integers(1, 4))

    def one(what: str) -> str:
        return words[what][rng.integers(len(words[what]))].format(who=words["who"][rng.integers(6)])

    return ". ".join(one(what) for what in rng.permutation(told))
