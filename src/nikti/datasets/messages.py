"""Generated messages to a shop with a known truth: complaint, thanks or question, in English and in
Bangla.

What a message is about is said by one phrase that belongs to its class; greeting, product and closing
words are drawn without a look at the class, and some of them would mislead ("thanks in advance" ends
complaints too). The label is then replaced by one of the others with probability `MISLABELLED`; since
the phrase tells the class for certain, the best possible accuracy is exactly `BAYES_ACCURACY`.
"""

import numpy as np

from nikti.core.data import Data
from nikti.core.inputs import Texts
from nikti.core.words import Words

TITLE = Words(
    en="generated messages to a shop, English and Bangla: complaint, thanks or question",
    bn="দোকানে পাঠানো বানানো বার্তা, ইংরেজি ও বাংলা: অভিযোগ, ধন্যবাদ না প্রশ্ন",
)
MODALITY = "text"
TASK = "text_classification"

MISLABELLED = 0.06
BAYES_ACCURACY = 1.0 - MISLABELLED
BANGLA = 0.4  # share of messages in Bangla
TYPO = 0.3  # share of messages in which two neighbouring letters of one word change places

CLASSES = ("complaint", "question", "thanks")

ENGLISH = {
    "complaint": [
        "the {thing} arrived broken",
        "my {thing} stopped working after {count} days",
        "nobody answers about the missing {thing}",
        "you sent the wrong {thing} again",
        "I was charged twice for one {thing}",
        "the {thing} is much worse than in the picture",
    ],
    "question": [
        "how long does delivery of a {thing} take",
        "do you have the {thing} in another colour",
        "can I pay for the {thing} in {count} parts",
        "where can I pick up the {thing}",
        "is there a guarantee on the {thing}",
        "which {thing} would you choose for a child",
    ],
    "thanks": [
        "the {thing} is better than I hoped",
        "everyone at home loves the {thing}",
        "your people were so kind about the {thing}",
        "the {thing} came {count} days early, wonderful",
        "I am very happy with the {thing}",
        "best {thing} I ever bought",
    ],
    "greeting": ["hello", "hi there", "dear shop", "good morning", "hey", ""],
    "closing": ["thanks in advance", "why not tell me", "regards", "please read this", "bye for now", ""],
    "thing": ["phone", "shirt", "lamp", "kettle", "book", "chair", "bag", "watch", "fan"],
    "count": ["2", "3", "4", "5", "7", "10"],
}

BANGLA_WORDS = {
    "complaint": [
        "{thing} ভাঙা অবস্থায় এসেছে",
        "{count} দিন পরেই {thing} নষ্ট হয়ে গেল",
        "ভুল {thing} পাঠিয়েছেন আবার",
        "একটা {thing} এর দাম দুইবার কেটেছেন",
        "{thing} এর মান খুব খারাপ",
    ],
    "question": [
        "{thing} কত দিনে পৌঁছাবে",
        "{thing} কি অন্য রঙে পাওয়া যাবে",
        "{thing} এর দাম কি {count} কিস্তিতে দেওয়া যায়",
        "{thing} কোথা থেকে নিতে পারি",
        "{thing} এর কোনো ওয়ারেন্টি আছে",
    ],
    "thanks": [
        "{thing} পেয়ে আমি খুব খুশি",
        "বাসার সবাই {thing} পছন্দ করেছে",
        "{thing} আশার চেয়েও ভালো",
        "{count} দিন আগেই {thing} পেলাম, দারুণ",
        "এত সুন্দর {thing} আগে দেখিনি",
    ],
    "greeting": ["আসসালামু আলাইকুম", "নমস্কার", "ভাই", "শুভ সকাল", ""],
    "closing": ["আগাম ধন্যবাদ", "জানাবেন কি", "একটু দেখবেন", "ভালো থাকবেন", ""],
    "thing": ["ফোন", "শার্ট", "বাতি", "কেটলি", "বই", "চেয়ার", "ব্যাগ", "ঘড়ি", "ফ্যান"],
    "count": ["২", "৩", "৪", "৫", "৭", "১০"],
}


def load(seed: int = 0, n: int = 800) -> Data:
    """n messages, their classes as even as n allows before labels are mixed up, in random order."""
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.arange(n) % len(CLASSES))
    texts = [write(CLASSES[code], rng) for code in codes]
    mixed = rng.random(n) < MISLABELLED
    codes = np.where(mixed, (codes + rng.integers(1, len(CLASSES), size=n)) % len(CLASSES), codes)
    return Data("messages", "text", Texts(texts), np.array(CLASSES, dtype=object)[codes], target_name="kind")


def write(kind: str, rng: np.random.Generator) -> str:
    """One message of a class."""
    words = BANGLA_WORDS if rng.random() < BANGLA else ENGLISH

    def one(what: str) -> str:
        return words[what][rng.integers(len(words[what]))]

    phrase = one(kind).format(thing=one("thing"), count=one("count"))
    text = ", ".join(part for part in (one("greeting"), phrase, one("closing")) if part)
    ending = ("", ".", "!", "?", "...")[rng.integers(5)]
    return (_typo(text, rng) if rng.random() < TYPO else text) + ending


def _typo(text: str, rng: np.random.Generator) -> str:
    """Two neighbouring ASCII letters change places; Bangla signs, which must not stand alone, stay."""
    places = [i for i in range(1, len(text) - 1) if text[i : i + 2].isascii() and text[i : i + 2].isalpha()]
    if not places:
        return text
    i = places[rng.integers(len(places))]
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]
