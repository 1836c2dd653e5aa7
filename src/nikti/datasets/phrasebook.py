"""Generated English sentences with their Bangla translations, by rules that are known in full: who does
what to what, how many of each, of what kind, and when.

The verb moves to the end and the time to the front; a number takes one classifier for people and another for
things; the rest goes word by word. So every sentence has one right translation, and who has learned the rules
and met the words makes no mistake.
"""

import numpy as np

from nikti.core.answers import Phrases
from nikti.core.data import Data
from nikti.core.inputs import Texts
from nikti.core.words import Words

TITLE = Words(
    en="generated sentences, English to Bangla: words change places by known rules",
    bn="বানানো বাক্য, ইংরেজি থেকে বাংলা: জানা নিয়মে শব্দের জায়গা বদলায়",
)
MODALITY = "text"
TASK = "translation"

PEOPLE = {
    **{"boy": "ছেলে", "girl": "মেয়ে", "teacher": "শিক্ষক", "farmer": "কৃষক", "doctor": "ডাক্তার"},
    **{"student": "ছাত্র", "cook": "রাঁধুনি", "friend": "বন্ধু"},
}
THINGS = {
    **{"mango": "আম", "book": "বই", "letter": "চিঠি", "fish": "মাছ", "flower": "ফুল", "shirt": "জামা"},
    **{"lamp": "বাতি", "boat": "নৌকা", "ball": "বল", "picture": "ছবি"},
}
VERBS = {
    **{"buy": "কেনে", "see": "দেখে", "bring": "আনে", "want": "চায়", "find": "খুঁজে পায়"},
    **{"sell": "বিক্রি করে", "lose": "হারিয়ে ফেলে"},
}
NUMBERS = {"two": "দু", "three": "তিন", "four": "চার", "five": "পাঁচ", "seven": "সাত", "ten": "দশ"}
KINDS = {"big": "বড়", "small": "ছোট", "new": "নতুন", "old": "পুরনো", "good": "ভালো", "red": "লাল"}
TIMES = {"today": "আজ", "every day": "প্রতিদিন", "in the morning": "সকালে", "at night": "রাতে"}

#: Share of the nouns that have an adjective.
DESCRIBED = 0.5
ONE_PERSON, ONE_THING = "জন", "টি"


def load(seed: int = 0, n: int = 600) -> Data:
    """n sentences, each different."""
    random = np.random.default_rng([seed, 17])
    pairs: dict[str, str] = {}
    while len(pairs) < n:
        source, target = _sentence(random)
        pairs[source] = target
    return Data(
        name="phrasebook",
        modality=MODALITY,
        inputs=Texts(list(pairs)),
        targets=Phrases.of([[target] for target in pairs.values()]),
        target_name="bangla",
    )


def _sentence(random: np.random.Generator) -> tuple[str, str]:
    who, whom = _noun(random, PEOPLE, ONE_PERSON), _noun(random, THINGS, ONE_THING)
    verb, time = _one(random, VERBS), _one(random, TIMES)
    english = f"{who[0]} {verb} {whom[0]} {time}."
    bangla = f"{TIMES[time]} {who[1]} {whom[1]} {VERBS[verb]}।"
    return english[0].upper() + english[1:], bangla


def _noun(random: np.random.Generator, nouns: dict[str, str], one: str) -> tuple[str, str]:
    """Several of a noun, in both languages."""
    number, noun = _one(random, NUMBERS), _one(random, nouns)
    kind = _one(random, KINDS) if random.random() < DESCRIBED else ""
    english = [number, kind, _plural(noun)]
    bangla = [f"{NUMBERS[number]}{one}", KINDS.get(kind, ""), nouns[noun]]
    return " ".join(filter(None, english)), " ".join(filter(None, bangla))


def _plural(noun: str) -> str:
    return noun if noun == "fish" else noun + ("es" if noun == "mango" else "s")


def _one(random: np.random.Generator, words: dict[str, str]) -> str:
    return list(words)[random.integers(len(words))]
