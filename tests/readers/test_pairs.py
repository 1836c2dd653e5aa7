"""Texts with their translations: tables, parallel files, TMX, and what is wrong with them."""

import gzip

import numpy as np
import pytest

from nikti.core.data import Options
from nikti.core.errors import DataError, UsageError
from nikti.readers._open import open_data
from nikti.readers.memory import from_memory

ENGLISH = ["A dog runs.", "Two boys eat rice.", "She reads a book.", "We are at home."]
GERMAN = ["Ein Hund läuft.", "Zwei Jungen essen Reis.", "Sie liest ein Buch.", "Wir sind zu Hause."]
BANGLA = ["একটি কুকুর দৌড়ায়।", "দুই ছেলে ভাত খায়।", "সে বই পড়ে।", "আমরা বাড়িতে আছি।"]


def table(path, header, *columns, delimiter="\t"):
    rows = [header] if header else []
    rows += [delimiter.join(row) for row in zip(*columns, strict=True)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def read(path, **options):
    data = open_data(path, Options(**options))
    return list(data.inputs), [data.targets[row] for row in range(len(data))], data


@pytest.mark.parametrize("header", ["src\ttgt", "en\tbn", "English\tBengali", "source\ttarget"])
def test_columns_that_are_called_so_need_no_task(tmp_path, header):
    sources, targets, data = read(table(tmp_path / "p.tsv", header, ENGLISH, BANGLA))
    assert sources == ENGLISH and targets == [[text] for text in BANGLA]
    assert data.target_name == header.split("\t")[1]


def test_the_target_turns_the_direction(tmp_path):
    sources, _, data = read(table(tmp_path / "p.tsv", "en\tbn", ENGLISH, BANGLA), target="en")
    assert sources == BANGLA and data.targets[0] == [ENGLISH[0]]


def test_other_columns_need_the_task(tmp_path):
    path = table(tmp_path / "p.csv", "id;original;ours", "1234", ENGLISH, GERMAN, delimiter=";")
    sources, targets, _ = read(path, task="translation")
    assert sources == ENGLISH and targets[1] == [GERMAN[1]]
    with pytest.raises(UsageError, match="which column"):
        read(path)


def test_a_table_of_labels_is_no_translation(tmp_path):
    path = table(tmp_path / "p.tsv", "source\ttarget", ENGLISH * 5, ["yes", "no"] * 10)
    assert open_data(path, Options(target="target")).targets.dtype == object


def test_without_a_line_of_names_the_first_line_is_a_pair(tmp_path):
    sources, targets, data = read(table(tmp_path / "p.tsv", "", ENGLISH, GERMAN), task="translation")
    assert sources == ENGLISH and targets[0] == [GERMAN[0]]
    assert "no_header" in [note.code for note in data.notes]


def test_train_and_test_tables_groups_and_records(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    table(folder / "train.tsv", "src\ttgt\tbook", ENGLISH, GERMAN, "aabb")
    table(folder / "test.tsv", "src\ttgt\tbook", ENGLISH[:1], GERMAN[:1], "c")
    data = open_data(folder, Options(group="book"))
    assert data.split.tolist() == [0, 0, 0, 0, 2] and data.groups.tolist() == [0, 0, 1, 1, 2]
    lines = [f'{{"translation": {{"en": "{e}", "de": "{d}"}}}}' for e, d in zip(ENGLISH, GERMAN, strict=True)]
    (tmp_path / "hf.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert read(tmp_path / "hf.jsonl", task="translation")[1][2] == [GERMAN[2]]


def moses(folder, stem, **sides):
    folder.mkdir(exist_ok=True)
    for side, lines in sides.items():
        (folder / f"{stem}.{side}").write_bytes("\n".join(lines).encode("utf-8") + b"\n")
    return folder


def test_parallel_files(tmp_path):
    folder = moses(tmp_path / "m", "train", en=ENGLISH, de=GERMAN)
    moses(folder, "test", en=ENGLISH[:1], de=GERMAN[:1])
    sources, targets, data = read(folder)
    assert sources == ENGLISH + ENGLISH[:1] and targets[3] == [GERMAN[3]]
    assert data.split.tolist() == [0, 0, 0, 0, 2]
    assert read(folder, target="en")[0][0] == GERMAN[0]
    assert read(folder / "train.de")[0] == ENGLISH  # either file stands for its pair
    with pytest.raises(UsageError, match="no side is called 'fr'"):
        read(folder, target="fr")


def test_the_name_of_the_files_may_tell_the_direction(tmp_path):
    folder = moses(tmp_path / "t", "Tatoeba.bn-en", bn=BANGLA, en=ENGLISH)
    assert read(folder)[0] == BANGLA
    (tmp_path / "s").mkdir()
    (tmp_path / "s/target.txt").write_text("\n".join(GERMAN), encoding="utf-8")
    (tmp_path / "s/source.txt.gz").write_bytes(gzip.compress("\n".join(ENGLISH).encode()))
    assert read(tmp_path / "s")[:2] == (ENGLISH, [[text] for text in GERMAN])


def test_lines_end_at_line_feeds_alone(tmp_path):
    odd = ["one\u2028line", "next\x0bone\r"]
    assert read(moses(tmp_path / "o", "x", en=odd, de=["a", "b"]))[0] == [odd[0], "next\x0bone"]


def test_uneven_files_and_mixed_encodings_are_said(tmp_path):
    with pytest.raises(DataError, match=r"train.en has 4 lines and train.de 3"):
        read(moses(tmp_path / "u", "train", en=ENGLISH, de=GERMAN[:3]))
    folder = moses(tmp_path / "l", "train", en=ENGLISH, de=[])
    (folder / "train.de").write_bytes("\n".join(GERMAN).encode("latin-1"))
    _, targets, data = read(folder)
    assert targets[0] == [GERMAN[0]] and "encoding_fallback" in [note.code for note in data.notes]


TMX = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="en-US" creationtool="x"><note>aside</note></header><body>
<tu><tuv xml:lang="en-US">
<seg>A <bpt i="1">&lt;b&gt;</bpt>dog<ept i="1">&lt;/b&gt;</ept> &amp; me.</seg></tuv>
<tuv xml:lang="bn"><seg>কুকুর ও আমি।</seg></tuv></tu>
<tu><tuv lang="EN-us"><seg>Rice</seg></tuv><tuv xml:lang="bn"><seg>ভাত</seg></tuv></tu>
<tu><tuv xml:lang="en-US"><seg>Only this</seg></tuv></tu>
</body></tmx>"""


def test_tmx(tmp_path):
    (tmp_path / "m.tmx").write_text(TMX, encoding="utf-8")
    sources, targets, data = read(tmp_path / "m.tmx")
    assert sources == ["A dog & me.", "Rice"] and targets == [["কুকুর ও আমি।"], ["ভাত"]]
    assert [n.values["count"] for n in data.notes if n.code == "units_left_out"] == [1]
    assert read(tmp_path / "m.tmx", target="en")[0][1] == "ভাত"
    with pytest.raises(UsageError, match="It has en-us, bn"):
        read(tmp_path / "m.tmx", target="fr")


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ('<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>', "declares the entity 'a'"),
        ('<!DOCTYPE t [<!ENTITY f SYSTEM "file:///etc/passwd">]>', "declares the entity 'f'"),
        ("<tmx>", "damaged XML"),
    ],
)
def test_tmx_that_could_explode_is_refused(tmp_path, declared, message):
    (tmp_path / "bad.tmx").write_text(f"{declared}<tmx><body></body>", encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read(tmp_path / "bad.tmx")


def test_in_memory():
    data = from_memory((ENGLISH, GERMAN), Options(task="translation"))
    assert data.targets[0] == [GERMAN[0]]
    several = from_memory((ENGLISH[:2], [GERMAN[:2], GERMAN[2:3]]), Options(task="translation"))
    np.testing.assert_array_equal(several.targets.counts(), [2, 1])
    with pytest.raises(UsageError, match="4 texts and 3 translations"):
        from_memory((ENGLISH, GERMAN[:3]), Options(task="translation"))
