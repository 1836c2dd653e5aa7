"""What languages are called in the names of files and columns."""

from __future__ import annotations

#: ISO 639-1 codes, which stand for every language with many texts.
CODES = frozenset(
    "af am ar as az be bg bn bo br bs ca cs cy da de el en eo es et eu fa fi fr ga gl gu ha he hi hr "
    "hu hy id ig is it ja jv ka kk km kn ko ku ky lo lt lv mg mk ml mn mr ms mt my ne nl no nb nn or "
    "pa pl ps pt ro ru rw sd si sk sl so sq sr sv sw ta te tg th tk tl tr tt ug uk ur uz vi wo xh yi "
    "yo zh zu".split()
)
#: Three letters (ISO 639-2 and 639-3) and names that people write.
LONGER = frozenset(
    "ara ben ces cze dan deu ger ell gre eng est fas per fin fra fre guj hin hun ind isl ita jpn kan "
    "kor lat lav lit mal mar nep nld dut nor ory pan pol por ron rum rus sin slk slv spa sqi srp swe "
    "swa tam tel tha tur ukr urd vie zho chi asm arabic bangla bengali chinese czech danish dutch "
    "english finnish french german greek gujarati hebrew hindi hungarian indonesian italian japanese "
    "kannada korean malayalam marathi nepali norwegian odia persian polish portuguese punjabi "
    "romanian russian sinhala spanish swahili swedish tamil telugu thai turkish ukrainian urdu "
    "vietnamese বাংলা ইংরেজি হিন্দি".split()
)
#: Names of the side that is read, and of the one that is written.
SOURCES = frozenset("src source source_text src_text source_sentence from উৎস".split())
TARGETS = frozenset("tgt trg target target_text tgt_text target_sentence translation to অনুবাদ".split())


def language(name: str) -> bool:
    """Whether a name is a language's: "en", "pt-BR", "zh_Hans", "bengali".

    >>> [language(name) for name in ("en", "pt-BR", "Bengali", "price")]
    [True, True, True, False]
    """
    first, _, region = name.strip().lower().replace("_", "-").partition("-")
    return first in (CODES if region else CODES | LONGER) and (not region or len(region) in (2, 3, 4))


def pair(names: list[str]) -> tuple[str, str] | None:
    """(the source, the target) among the names: those called so, or the only two languages, in the order
    given; None where there is no such pair.

    >>> pair(["id", "tgt", "src"]), pair(["en", "bn"]), pair(["text", "label"])
    (('src', 'tgt'), ('en', 'bn'), None)
    """
    low = {name: name.strip().lower().replace(" ", "_") for name in names}
    sources = [name for name in names if low[name] in SOURCES]
    targets = [name for name in names if low[name] in TARGETS]
    if len(sources) == 1 and len(targets) == 1:
        return sources[0], targets[0]
    # "id" is a number plate before it is Indonesian.
    languages = [name for name in names if language(name) and low[name] != "id"]
    return (languages[0], languages[1]) if len(languages) == 2 else None
