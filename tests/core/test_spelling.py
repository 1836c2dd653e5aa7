"""Names that are the same to the eye, and names that only look alike."""

import unicodedata

import pytest

from nikti.core import spelling

#: Pairs of one name in two spellings that nobody can see apart.
SAME = {
    "composed letters": ("Caf\u00e9", "Cafe\u0301"),
    "Bangla dotted letters": ("\u09ac\u09be\u09dc\u09bf", "\u09ac\u09be\u09a1\u09bc\u09bf"),
    "Bangla rha": ("\u0986\u09b7\u09be\u09dd", "\u0986\u09b7\u09be\u09a2\u09bc"),
    "Bangla antastha ya": ("\u09ae\u09c7\u09df\u09c7", "\u09ae\u09c7\u09af\u09bc\u09c7"),
    "Bangla o in two parts": ("\u09ad\u09be\u09b2\u09cb", "\u09ad\u09be\u09b2\u09c7\u09be"),
    "Bangla au in two parts": ("\u09ae\u09cc", "\u09ae\u09c7\u09d7"),
    "blanks around": ("yes", " yes\t"),
    "two blanks": ("New York", "New  York"),
    "a no-break blank": ("New York", "New\u00a0York"),
    "an ideographic blank": ("New York", "New\u3000York"),
    "a joiner": ("\u09b0\u09cd\u09af\u09be\u09ae", "\u09b0\u200d\u09cd\u09af\u09be\u09ae"),
    "a non-joiner": ("\u09b9\u09a0\u09be\u09ce", "\u09b9\u09a0\u200c\u09be\u09ce"),
    "a zero-width blank": ("cat", "c\u200bat"),
    "a byte order mark": ("cat", "\ufeffcat"),
    "a direction mark": ("cat", "cat\u200f"),
    "a soft hyphen": ("catfish", "cat\u00adfish"),
    "a variation selector": ("\u2764", "\u2764\ufe0f"),
}
#: Pairs that look alike and may be meant.
ALIKE = {
    "letter case": ("No", "NO"),
    "a Cyrillic letter": ("cat", "c\u0430t"),
    "a dash": ("T-shirt", "T\u2011shirt"),
    "a quotation mark": ("men's", "men\u2019s"),
}
APART = [
    ("cat", "cut"),
    ("5", "\u09eb"),
    ("caf\u00e9", "cafe"),
    ("\u0995", "\u0996"),
    ("a b", "ab"),
    ("1", "1.0"),
]


@pytest.mark.parametrize("case", SAME)
def test_the_same_to_the_eye_is_one_name(case):
    one, other = SAME[case]
    assert one != other and spelling.key(one) == spelling.key(other)
    names = spelling.merged({one: 2, other: 5})
    assert len(set(names.values())) == 1 and spelling.alike(names.values()) == []
    assert spelling.find(one, ["x", other]) == other and spelling.find(other, [one]) == one


@pytest.mark.parametrize("case", ALIKE)
def test_what_looks_alike_stays_apart_and_is_told(case):
    one, other = ALIKE[case]
    assert spelling.key(one) != spelling.key(other)
    assert len(set(spelling.merged({one: 1, other: 1}).values())) == 2
    assert spelling.alike([one, other, "else"]) == [sorted([one, other])]
    differing = {f"U+{ord(c):04X}" for name in (one, other) for c in name} - {f"U+{ord(c):04X}" for c in "x"}
    said = spelling.apart([one, other])
    assert sum(code in said for code in differing) >= 2


@pytest.mark.parametrize(("one", "other"), APART)
def test_what_looks_different_is_different(one, other):
    assert spelling.key(one) != spelling.key(other) and spelling.alike([one, other]) == []


def test_the_commonest_spelling_stands_for_the_others():
    with_joiner, without = "\u09b0\u200d\u09cd\u09af\u09be\u09ae", "\u09b0\u09cd\u09af\u09be\u09ae"
    assert set(spelling.merged({with_joiner: 3, without: 1}).values()) == {with_joiner}
    assert set(spelling.merged({with_joiner: 1, without: 3}).values()) == {without}


def test_names_are_kept_composed_as_unicode_says():
    for one, other in SAME.values():
        for name in (one, other):
            assert unicodedata.is_normalized("NFC", spelling.tidy(name))
            assert spelling.tidy(spelling.tidy(name)) == spelling.tidy(name)


@pytest.mark.parametrize(
    ("wanted", "names", "found"),
    [
        ("price", ["Price", "price"], "price"),
        ("PRICE ", ["Price"], "Price"),
        ("PRICE", ["Price", "price"], None),
        ("cost", ["Price"], None),
        ("a\u00a0b", ["a b", "A B"], "a b"),
    ],
)
def test_a_name_is_found_where_it_is_clear(wanted, names, found):
    assert spelling.find(wanted, names) == found
