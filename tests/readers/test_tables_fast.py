"""Large tables read by Arrow's parser are the same tables, or are left to the careful way."""

import pytest

from nikti.readers import _delimited, _fast

HEAD = "age,city,bought\n"
BODY = "".join(f"{i}.5,{'Dhaka' if i % 2 else ''},{'yes' if i % 3 else 'no'}\n" for i in range(300))

REGULAR = {
    "plain": HEAD + BODY,
    "Windows line ends": (HEAD + BODY).replace("\n", "\r\n"),
    "Bangla": (HEAD + BODY).replace("Dhaka", "ঢাকা"),
    "quotes": HEAD + BODY.replace("Dhaka", '"Dhaka,""north"""'),
    "lines inside quotes": HEAD + BODY.replace("Dhaka", '"Dhaka\nnorth"'),
    "no end of the last line": HEAD + BODY.removesuffix("\n"),
    "blank lines": HEAD + BODY.replace("yes\n", "yes\n\n"),
    "semicolons": (HEAD + BODY).replace(",", ";"),
    "spaces": HEAD + BODY.replace("Dhaka", " Dhaka "),
}
#: Found to need care only far below the first rows.
IRREGULAR = {
    "a short row": HEAD + BODY + "1,2\n",
    "a delimiter at the end": HEAD + BODY + "1,2,yes,\n",
    "the names again": HEAD + BODY + HEAD + BODY,
    "a remark": HEAD + BODY + "# done\n",
    "a quotation never closed": HEAD + BODY + '1,"two,yes\n',
    "a blank before quotes": HEAD + BODY + '1, "two, three",yes\n',
}


def both(text, monkeypatch):
    monkeypatch.setattr(_fast, "FROM", 10**9)
    careful = _delimited.parse(text, "t.csv")
    monkeypatch.setattr(_fast, "FROM", 0)
    return careful, _delimited.parse(text, "t.csv"), _delimited._regular(text, careful.delimiter, None)


@pytest.mark.parametrize("name", REGULAR)
def test_the_same_table(name, monkeypatch):
    import pandas as pd

    careful, quick, regular = both(REGULAR[name], monkeypatch)
    assert regular is not None
    pd.testing.assert_frame_equal(quick.frame, careful.frame)
    assert (quick.delimiter, quick.header) == (careful.delimiter, careful.header) and not careful.notes


@pytest.mark.parametrize("name", IRREGULAR)
def test_what_needs_care_is_left_to_the_careful_way(name, monkeypatch):
    import pandas as pd

    careful, quick, regular = both(IRREGULAR[name], monkeypatch)
    assert regular is None
    pd.testing.assert_frame_equal(quick.frame, careful.frame)
    assert quick.notes == careful.notes
