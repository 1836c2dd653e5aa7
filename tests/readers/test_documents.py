"""Documents as texts: what programs write, and what an attacker would send."""

import zipfile
from pathlib import Path

import pytest

from nikti.core.data import Options
from nikti.core.errors import DataError, UsageError
from nikti.readers import _documents, _open

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(path, body, head=""):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml",
            f'<?xml version="1.0" encoding="UTF-8"?>{head}<w:document xmlns:w="{W}"><w:body>{body}</w:body>'
            "</w:document>",
        )
    return path


def run(*texts):
    return "<w:p>" + "".join(f"<w:r><w:t>{text}</w:t></w:r>" for text in texts) + "</w:p>"


def pdf(path, *pages):
    """A PDF written by hand: each page one string of ASCII."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    numbers = []
    for text in pages:
        stream = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /Contents {len(objects)} 0 R /Resources {font} "
            "/MediaBox [0 0 612 792] >>"
        )
        numbers.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(numbers)}] /Count {len(pages)} >>"
    content, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{one}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    content += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    content += (
        f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{content.index('xref')}\n%%EOF"
    )
    path.write_bytes(content.encode("latin-1"))
    return path


def test_a_word_document(tmp_path):
    body = (
        run("Sk", "ills: নাটক") + "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>"
        "<w:tbl><w:tr><w:tc>" + run("cell") + "</w:tc></w:tr></w:tbl>"
        "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
    )
    assert _documents.read_text(docx(tmp_path / "a.docx", body)) == ("Skills: নাটক\na\tb\nc\ncell", None)


def test_a_box_in_two_forms_is_read_once(tmp_path):
    both = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice>'
        + run("once")
        + "</mc:Choice><mc:Fallback>"
        + run("once")
        + "</mc:Fallback></mc:AlternateContent>"
    )
    assert _documents.read_text(docx(tmp_path / "a.docx", both))[0] == "once"


def test_a_pdf(tmp_path):
    text, guessed = _documents.read_text(pdf(tmp_path / "a.pdf", "five years of Java", "B.Tech"))
    assert guessed is None and text.split() == ["five", "years", "of", "Java", "B.Tech"]


def test_what_an_attacker_would_send(tmp_path, monkeypatch):
    (tmp_path / "secret").write_text("secret")
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>'
    for name, head in (("outside", entity), ("laughs", '<!DOCTYPE x [<!ENTITY e "ha">]>')):
        with pytest.raises(DataError, match="document type"):
            _documents.read_text(docx(tmp_path / f"{name}.docx", run("&e;"), head))
    monkeypatch.setattr(_documents, "MOST_XML", 10_000)
    with pytest.raises(DataError, match="would grow"):
        _documents.read_text(docx(tmp_path / "bomb.docx", run("a" * 100_000)))
    for name, content in (("a.pdf", b"%PDF-1.7\nnothing"), ("b.docx", b"PK\x03\x04nothing"), ("c.docx", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError, match=name):
            _documents.read_text(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "other.docx", "w") as archive:
        archive.writestr("x", "y")
    with pytest.raises(DataError, match="no Word document"):
        _documents.read_text(tmp_path / "other.docx")


def test_a_page_that_is_a_picture_is_said(tmp_path):
    with pytest.raises(DataError, match="pictures of pages"):
        _documents.read_text(pdf(tmp_path / "scan.pdf", ""))


def test_class_folders_of_documents(tmp_path):
    for place in ("Java", "Law"):
        (tmp_path / "all" / place).mkdir(parents=True)
    pdf(tmp_path / "all" / "Java" / "1.pdf", "spring hibernate")
    docx(tmp_path / "all" / "Law" / "2.docx", run("court"))
    (tmp_path / "all" / "Law" / "3.txt").write_text("judge")
    (tmp_path / "all" / "Law" / "4.docx").write_bytes(b"broken")
    data = _open.open_data(tmp_path / "all", Options())
    assert data.modality == "text" and list(data.targets) == ["Java", "Law", "Law"]
    assert list(data.inputs) == ["spring hibernate", "court", "judge"]
    assert [note.values["count"] for note in data.notes if note.code == "dropped_unreadable"] == [1]
    inputs, names = _open.open_inputs(tmp_path / "all" / "Java" / "1.pdf", "text", {})
    assert list(inputs) == ["spring hibernate"] and names == [str(tmp_path / "all" / "Java" / "1.pdf")]
    inputs, names = _open.open_inputs(tmp_path / "all" / "Law", "text", {})
    assert [Path(name).name for name in names] == ["2.docx", "3.txt", "4.docx"] and inputs[1] == "judge"
    with pytest.raises(DataError, match="damaged"):
        inputs[2]
    with pytest.raises(UsageError, match="one document"):
        _open.open_data(tmp_path / "all" / "Java" / "1.pdf", Options())
