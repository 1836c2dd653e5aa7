"""Generated stories with a known truth: little passages about a few people, in English and in Bangla, and a
question about one fact of one of them.

The answer is the one word (or number) that the fact's sentence has in its place, so every question can be
answered rightly by whoever finds the person's name in the passage and the fact that is asked for. Of
UNANSWERABLE questions the passage does not tell that fact of that person, though it tells it of another.
"""

from __future__ import annotations

import numpy as np

from nikti.core.answers import Phrases
from nikti.core.data import Data
from nikti.core.inputs import Questions
from nikti.core.words import Words

TITLE = Words(
    en="generated stories, English and Bangla: where in the passage is the answer, if there is one?",
    bn="বানানো গল্প, ইংরেজি ও বাংলা: উত্তর থাকলে তা অনুচ্ছেদের কোথায়?",
)
MODALITY = "question"
TASK = "question_answering"

UNANSWERABLE = 0.2
BANGLA = 0.3  # share of stories in Bangla
ASKED = 3  # questions about each story at most
PEOPLE, FACTS = (2, 3), (2, 3)  # in a story, and told of each

#: {fact: (sentences with a place for the answer, questions, answers)}
Facts = dict[str, tuple[list[str], list[str], list[str]]]

_NUMBERS = [str(number) for number in (2, 3, 5, 7, 8, 11, 12, 14, 19, 20, 26, 30)]
ENGLISH: Facts = {
    "born": (
        ["{who} was born in {x}.", "The home town of {who} is {x}."],
        ["Where was {who} born?", "In which town was {who} born?"],
        "Dhaka Sylhet Khulna Bogura Cumilla Jashore Pabna Rangpur Feni Tangail".split(),
    ),
    "work": (
        ["{who} works as a {x}.", "For a living {who} is a {x}."],
        ["What is the job of {who}?", "What does {who} work as?"],
        "baker teacher doctor tailor farmer painter driver nurse weaver potter".split(),
    ),
    "count": (
        ["{who} keeps {x} goats.", "There are {x} goats in the yard of {who}."],
        ["How many goats does {who} have?", "How many goats does {who} keep?"],
        _NUMBERS,
    ),
    "colour": (
        ["The house of {who} is {x}.", "{who} lives in a {x} house."],
        ["What colour is the house of {who}?", "Which colour does the house of {who} have?"],
        "red blue green yellow white brown orange grey pink black".split(),
    ),
}
_SAID_BANGLA = [word.translate(str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")) for word in _NUMBERS]
BANGLA_FACTS: Facts = {
    "born": (
        ["{who} জন্মেছেন {x} শহরে।", "{who} যে শহরের মানুষ তার নাম {x}।"],
        ["{who} কোথায় জন্মেছেন?", "{who} কোন শহরে জন্মেছেন?"],
        "ঢাকা সিলেট খুলনা বগুড়া কুমিল্লা যশোর পাবনা রংপুর ফেনী টাঙ্গাইল".split(),
    ),
    "work": (
        ["{who} পেশায় {x}।", "{who} কাজ করেন, তিনি {x}।"],
        ["{who} কী কাজ করেন?", "{who} এর পেশা কী?"],
        "শিক্ষক ডাক্তার দর্জি কৃষক চালক নার্স তাঁতি কুমার জেলে কামার".split(),
    ),
    "count": (
        ["{who} এর {x} টি ছাগল আছে।", "{who} ছাগল পোষেন {x} টি।"],
        ["{who} এর কয়টি ছাগল আছে?", "{who} কতটি ছাগল পোষেন?"],
        _SAID_BANGLA,
    ),
    "colour": (
        ["{who} এর বাড়ির রং {x}।", "{who} থাকেন একটি {x} বাড়িতে।"],
        ["{who} এর বাড়ির রং কী?", "{who} কী রঙের বাড়িতে থাকেন?"],
        "লাল নীল সবুজ হলুদ সাদা বাদামি কমলা ধূসর গোলাপি কালো".split(),
    ),
}
NAMES = {
    "en": "Rina Karim Salma Jamal Mitu Habib Laila Rafiq Shila Tarek Nadia Selim".split(),
    "bn": "রিনা করিম সালমা জামাল মিতু হাবিব লায়লা রফিক শীলা তারেক নাদিয়া সেলিম".split(),
}


def load(seed: int = 0, n: int = 600) -> Data:
    """n questions, ASKED about each story; stories are groups."""
    rng = np.random.default_rng(seed)
    questions: list[str] = []
    passages: list[str] = []
    which, texts, starts = [], [], []
    while len(questions) < n:
        bangla = rng.random() < BANGLA
        facts, names = (BANGLA_FACTS, NAMES["bn"]) if bangla else (ENGLISH, NAMES["en"])
        passage, places = story(facts, names, rng)
        asked = dict(ask(facts, places, rng) for _ in range(ASKED))  # the same question once
        for question, answer in list(asked.items())[: n - len(questions)]:
            questions.append(question)
            which.append(len(passages))
            texts.append([answer[0]] if answer else [])
            starts.append([answer[1]] if answer else [])
        passages.append(passage)
    inputs, answers = Questions(questions, passages, which), Phrases.of(texts, starts)
    return Data("stories", "question", inputs, answers, target_name="answer", groups=np.array(which))


#: What a story tells: {(person, fact): (answer, where it begins)}.
Places = dict[tuple[str, str], tuple[str, int]]


def story(facts: Facts, names: list[str], rng: np.random.Generator) -> tuple[str, Places]:
    """(the passage, what it tells)."""
    people = rng.choice(names, rng.integers(PEOPLE[0], PEOPLE[1] + 1), replace=False).tolist()
    pairs = [(who, fact) for who in people for fact in _some(list(facts), FACTS, rng)]
    passage, places = "", {}
    for place in rng.permutation(len(pairs)).tolist():
        who, fact = pairs[place]
        sentence = _one(facts[fact][0], rng).replace("{who}", who)
        answer = _one(facts[fact][2], rng)
        passage += " " if passage else ""
        places[who, fact] = answer, len(passage) + sentence.index("{x}")
        passage += sentence.replace("{x}", answer)
    return passage, places


def ask(facts: Facts, places: Places, rng: np.random.Generator) -> tuple[str, tuple[str, int] | None]:
    """(a question, its answer with its place; None where the story does not tell it)."""
    people = sorted({who for who, _ in places})
    open_ones = [
        (w, f) for w in people for f in facts if (w, f) not in places and any(g == f for _, g in places)
    ]
    unanswerable = bool(open_ones) and rng.random() < UNANSWERABLE
    pairs = open_ones if unanswerable else sorted(places)
    who, fact = pairs[rng.integers(len(pairs))]
    return _one(facts[fact][1], rng).replace("{who}", who), places.get((who, fact))


def _one(words: list[str], rng: np.random.Generator) -> str:
    return words[rng.integers(len(words))]


def _some(words: list[str], between: tuple[int, int], rng: np.random.Generator) -> list[str]:
    count = rng.integers(between[0], between[1] + 1)
    return [words[place] for place in rng.permutation(len(words))[:count].tolist()]
