"""What readers refuse is said in Bangla as in English: digits are Bangla's, what is typed stays as it is."""

import re
import zipfile

import numpy as np
import pytest
from PIL import Image

from nikti.core.data import Options
from nikti.core.errors import DataError, NiktiError
from nikti.core.words import Words, joined
from nikti.readers import _documents, _open
from nikti.readers.memory import from_memory

#: {what is wrong: (the file, what it holds, what the user said, the Bangla sentence)}.
TEXTS = {
    "a column that is not there": (
        "t.csv",
        "a,b\n1,x\n2,y\n",
        {"target": "price"},
        "t-এ price নামে কোনো কলাম নেই, তাই --target হিসেবে নেওয়া গেল না। এর কলাম: a, b।",
    ),
    "no clear answer": (
        "t.csv",
        "a,b\n1,x\n2,y\n2,y\n",
        {},
        "t-এর কোন কলামটি উত্তর? দেখে নিশ্চিত হওয়া যাচ্ছে না। এর কলাম:\n"
        f"  {'a':<24} সংখ্যা, ২ রকম মান\n  {'b':<24} শ্রেণি, ২ রকম মান\n"
        '--target আর এর একটি নাম লিখুন, যেমন: --target "a"',
    ),
    "nothing": ("t.csv", "", {}, "t.csv খালি। টেবিলে কলামের নামের একটি লাইন আর সারি লাগে।"),
    "names and no rows": (
        "t.csv",
        "a,b\n",
        {},
        "t.csv ফাইলে কলামের নামের লাইন আছে (a, b), কিন্তু তার নিচে কোনো সারি নেই।",
    ),
    "words where numbers are predicted": (
        "t.csv",
        "a,b\n1,x\n2,y\n",
        {"target": "b", "task": "tabular_regression"},
        "উত্তরের কলাম b-এ আছে x, যা সংখ্যা নয়, তাই এর মান অনুমান করা যায় না। লিখুন --task tabular_classification, বা "
        "--target দিয়ে অন্য কলামের নাম দিন।",
    ),
    "the answer left out": (
        "t.csv",
        "a,b\n1,x\n2,y\n",
        {"target": "b", "drop": ("b",)},
        "b কলামটি --target হিসেবে দেওয়া; সেটি আবার --drop দিয়ে বাদ দেওয়া যায় না।",
    ),
    "rows of many widths": (
        "t.csv",
        "a,b,c\n" + "1,2\n1,2,3,4\n" * 6,
        {"target": "a"},
        "t.csv: ১২টি সারির ৬টিতে কলামের নামের মতো ৩টি ঘর নেই (৩ নম্বর লাইনে আছে ৪টি), তাই কোন ঘর কোন কলামের তা "
        "নিশ্চিত নয়। প্রথম লাইনে কি কলামের নাম আছে, আর যে লেখায় বিভাজক চিহ্ন আছে তা কি উদ্ধৃতিচিহ্নের ভেতরে?",
    ),
    "no records": (
        "t.jsonl",
        "hello\n",
        {},
        't.jsonl: একটি লাইনও JSON রেকর্ড নয়; রেকর্ড হয় এমন: {"text": "...", "label": "..."}',
    ),
    "a question without its passage": (
        "t.json",
        '{"data": [{"paragraphs": [{"context": "a", "qas": []}, {"context": 3, "qas": []}]}]}',
        {},
        "t.json, ১ নম্বর নিবন্ধ, ২ নম্বর অনুচ্ছেদ: context হওয়ার কথা লেখা, আছে একটি int।",
    ),
    "series without labels": (
        "t.ts",
        "@univariate true\n@data\n1,2,3\n",
        {},
        "t.ts ফাইলে শ্রেণির লেবেল নেই (@classLabel true ...), তাই শেখার কিছু নেই।",
    ),
    "one language": (
        "t.tmx",
        '<tmx><tu><tuv xml:lang="en"><seg>a</seg></tuv></tu></tmx>',
        {},
        "t.tmx ফাইলে ১টি ভাষার লেখা আছে; দুটি লাগে।",
    ),
    "another packing": (
        "t.rar",
        "x",
        {},
        "t.rar যেভাবে প্যাক করা, নিক্তি তা খোলে না। নিজে খুলে দিন, বা .zip করে প্যাক করুন।",
    ),
}


@pytest.mark.parametrize("wrong", TEXTS)
def test_a_file_is_refused_in_bangla(tmp_path, wrong):
    name, content, said, sentence = TEXTS[wrong]
    (tmp_path / name).write_text(content)
    with pytest.raises(NiktiError) as refused:
        _open.open_data(tmp_path / name, Options(**said))
    assert refused.value.words.bn == sentence


def test_a_place_that_is_not_there_is_told_with_what_is_there_and_what_can_be_read(tmp_path):
    (tmp_path / "photos").mkdir()
    with pytest.raises(NiktiError) as refused:
        _open.open_data(tmp_path / "photo", Options())
    there = f"{tmp_path / 'photo'} নামে কোনো ফাইল বা ফোল্ডার নেই। {tmp_path.name} ফোল্ডারে আছে: photos। নিক্তি পড়ে: "
    assert refused.value.words.bn.startswith(there)


def test_loose_pictures_are_refused_with_the_folders_to_make(tmp_path):
    for name in "abc":
        Image.new("L", (4, 4)).save(tmp_path / f"{name}.png")
    with pytest.raises(DataError) as refused:
        _open.open_data(tmp_path, Options())
    assert "৩টি ছবি আছে, কিন্তু শ্রেণির ফোল্ডার নেই" in refused.value.words.bn
    assert f"({tmp_path.name}/cat/1.jpg ...)" in refused.value.words.bn


def test_what_was_dropped_is_told_in_the_language_of_the_refusal(tmp_path):
    (tmp_path / "images").mkdir()
    Image.new("L", (8, 8)).save(tmp_path / "images" / "a.png")
    (tmp_path / "images" / "a.xml").write_text("<annotation><object><name>x</name></object></annotation>")
    with pytest.raises(DataError) as refused:
        _open.open_data(tmp_path, Options())
    words = refused.value.words
    assert "1 boxes cannot be read and were dropped" in words.en
    dropped = "১টি বাক্স পড়া যায়নি, তাই বাদ গেছে। ১টি ছবিতে কোনো বাক্স নেই; খালি ছবি হিসেবে রাখা হয়েছে।"
    assert words.bn.endswith(f": ১টি ছবির কোথাও কোনো বাক্স বাকি নেই। {dropped}")


def test_an_archive_that_writes_outside_is_refused_in_bangla(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../x.txt", "x")
    with pytest.raises(DataError) as refused:
        _open.open_data(tmp_path / "a.zip", Options())
    bangla = refused.value.words.bn
    assert bangla == "a.zip আর্কাইভে ../x.txt আছে, যা খুললে নিজের ফোল্ডারের বাইরে লেখা হতো; তাই খোলা হয়নি।"


def test_documents_of_which_none_is_read_are_told_with_the_first_reason(tmp_path):
    for name in ("1.txt", "2.txt"):
        (tmp_path / name).write_text("")
    with pytest.raises(DataError) as refused:
        _documents.data([tmp_path / "1.txt", tmp_path / "2.txt"], tmp_path)
    reason = f"{tmp_path / '1.txt'} is empty."
    assert str(refused.value) == f"{tmp_path.name}: none of 2 documents can be read; {reason}"
    assert refused.value.words.bn.endswith(f"২টি নথির একটিও পড়া যায়নি; {tmp_path / '1.txt'} ফাইলটি খালি।")


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (np.zeros((3, 4, 4, 3)), "float64 [3, 4, 4, 3] অ্যারে: ছবি হতে হবে uint8, ০..২৫৫-এর মধ্যে; বদলাতে লিখুন "
                                 "(255 * X).astype('uint8')"),
        ((np.zeros((3, 4, 4), np.uint8), [1, 2]), "নমুনা ৩টি, অথচ উত্তর ২টি: X ও y সমান লম্বা হতে হবে।"),
    ],
    ids=["not uint8", "other lengths"],
)  # fmt: skip
def test_data_in_memory_are_refused_in_bangla(source, sentence):
    with pytest.raises(NiktiError) as refused:
        from_memory(source, Options())
    assert refused.value.words.bn == sentence


def test_what_can_be_read_names_the_same_forms_in_both_languages():
    names = re.compile(r"\.[a-z]+|[A-Z]\w+|train\.\w+|\w+/")
    english = set(names.findall(_open.ALLOWED.en)) - {"JSON"}
    assert english <= set(names.findall(_open.ALLOWED.bn)) | {"Label", "Pascal"}


def test_sentences_stand_one_after_another_in_both_languages():
    parts = [Words("It is damaged.", "এটি নষ্ট।"), Words("Pack it.", "প্যাক করুন।")]
    assert joined(parts, " ") == Words("It is damaged. Pack it.", "এটি নষ্ট। প্যাক করুন।")
    assert joined([*parts, Words("Kaputt.", "")], " ").bn == ""
