"""One template for each modality and each kind of answer, each with the parts that the page asks for."""

import pytest

from nikti.core import catalogue
from nikti.report.html import environment

#: What pages ask of a template.
PARTS = {"samples": ("raw", "attended", "layout", "gallery"), "answers": ("item", "near", "note", "once")}
EVERY = [("samples", name) for name in catalogue.names("modalities")]
EVERY += [("answers", name) for name in catalogue.names("answers")]


@pytest.mark.parametrize(("folder", "name"), EVERY)
def test_a_template_has_all_parts(folder, name):
    module = (
        environment("en")
        .get_template(f"{folder}/{name}.html")
        .make_module({"s": {"data": {"modality": "text"}}})
    )
    assert [part for part in PARTS[folder] if not hasattr(module, part)] == []
