"""Tables with a row for each step of a series are told of, and other tables are not."""

import pytest

from nikti.core.data import Options
from nikti.readers._open import open_data


def long(time=lambda step: step, name="t", label=lambda series: "ab"[series % 2]):
    lines = [f"series,{name},value,label"]
    for series in range(8):
        lines += [
            f"s{series},{time(step)},{(series * 7 + step * 3) % 11 / 7:.3f},{label(series)}"
            for step in range(6)
        ]
    return "\n".join(lines)


def of_rows(rows):
    return "\n".join(["id,place,value,label", *rows])


TABLES = {
    "steps": (long(), True),
    "steps by another name": (long(name="reading_no"), True),
    "dates": (long(lambda step: f"2024-03-{step + 1:02d}", "day"), True),
    "steps in a mess": (long(lambda step: step * 5 % 6), False),
    "an answer for each row": (
        of_rows(f"{n},{'xyz'[n % 3]},{n % 7 / 3:.3f},{'ab'[n * n % 5 % 2]}" for n in range(60)),
        False,
    ),
    "a finer name of the answer beside numbers of rows": (
        of_rows(f"{n},{'uvwx'[n % 4]},{n % 7 / 3:.3f},{'ab'[n % 4 // 2]}" for n in range(60)),
        False,
    ),
    "the answer in other words": (
        of_rows(f"{n // 2},{'uv'[n % 2]},{n % 7 / 3:.3f},{'ab'[n % 2]}" for n in range(60)),
        False,
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_series_written_long_are_told_of(tmp_path, case):
    text, told = TABLES[case]
    (tmp_path / "d.csv").write_text(text)
    data = open_data(tmp_path / "d.csv", Options(target="label"))
    found = [note for note in data.notes if note.code == "long_series"]
    assert bool(found) == told
    if told:
        assert found[0].level == "warning"
        assert found[0].values | {"time": ""} == {"count": 8, "series": "series", "time": "", "steps": 6}
        assert "--group series" in found[0].text
        grouped = open_data(tmp_path / "d.csv", Options(target="label", group="series"))
        assert not [note for note in grouped.notes if note.code == "long_series"]
