"""Explanations of a user's own inputs as one self-contained page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nikti.report.html import BANGLA_LETTER, HERE, environment, font_faces


def page(samples: Sequence[Mapping[str, Any]], modality: str, lang: str) -> str:
    """The page. samples: {"row", "name", and "image", "text", "series" or "row_values"; "seen": [{"side",
    "contender", "method_title", "faithful", "answer", "path", and "map", "weights" or "columns"}, ...]}. Each
    is drawn by `templates/samples/<modality>.html`. Raises UnknownName for a language that nikti does not
    speak."""
    from markupsafe import Markup

    style = Markup((HERE / "templates" / "style.css").read_text(encoding="utf-8"))
    content = (
        environment(lang)
        .get_template("explained_page.html")
        .render(samples=samples, modality=modality, lang=lang, style=style)
    )
    return content.replace("/*fonts*/", font_faces(bangla=bool(BANGLA_LETTER.search(content))), 1)
