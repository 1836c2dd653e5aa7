"""What argparse says of words that it cannot take, in both languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nikti.core.errors import NOTHING
from nikti.core.words import Words

REFUSED = Words(en="{reason}. Type: {command} --help", bn="{reason}। লিখুন: {command} --help")

_STRANGE = Words(en="not understood: {words}{guess}", bn="বোঝা গেল না: {words}{guess}")
_GUESS = Words(en=" (did you mean {name}?)", bn=" ({name} বলতে চেয়েছিলেন?)")

#: What argparse of Python 3.11 to 3.13 writes, and the Bangla for it.
_BANGLA = (
    (
        r"argument (?P<flag>.+?): expected one argument",
        "{flag}-এর পরে একটি মান লাগে",
    ),
    (
        r"argument (?P<flag>.+?): expected at least one argument",
        "{flag}-এর পরে অন্তত একটি মান লাগে",
    ),
    (
        r"argument (?P<flag>.+?): invalid choice: (?P<value>.+) \(choose from (?P<known>.+)\)",
        "{flag}-এর মান {value} হতে পারে না (বেছে নিন: {known})",
    ),
    (
        r"argument (?P<flag>.+?): invalid int value: (?P<value>.+)",
        "{flag}-এর মান {value} পূর্ণ সংখ্যা নয়",
    ),
    (
        r"argument (?P<flag>.+?): invalid float value: (?P<value>.+)",
        "{flag}-এর মান {value} সংখ্যা নয়",
    ),
    (
        r"argument (?P<flag>.+?): ignored explicit argument (?P<value>.+)",
        "{flag} কোনো মান নেয় না, {value} বাদ দিন",
    ),
    (
        r"argument (?P<flag>.+?): not allowed with argument (?P<other>.+)",
        "{flag} আর {other} একসঙ্গে দেওয়া যায় না",
    ),
    (r"the following arguments are required: (?P<names>.+)", "এগুলোও দিতে হবে: {names}"),
    (r"one of the arguments (?P<names>.+) is required", "এর একটি দিতে হবে: {names}"),
)


def in_words(message: str) -> Words:
    """What argparse says, in both languages; without Bangla where it says something else than it is known to.

    >>> in_words("argument --seed: invalid int value: 'x'").bn
    "--seed-এর মান 'x' পূর্ণ সংখ্যা নয়"
    """
    for pattern, bangla in _BANGLA:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return Words(message, bangla.format(**found.groupdict()))
    return Words(message, "")


def strange(words: Sequence[str], close: Sequence[str], command: str) -> Words:
    """That there are no such flags. close: those that come near."""
    guess = _GUESS.format(name=close[0]) if close else NOTHING
    return REFUSED.format(reason=_STRANGE.format(words=" ".join(words), guess=guess), command=command)
