"""Time is measured by clocks that nobody can set: a wall clock that jumps must not end or lengthen a run."""

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src" / "nikti"

#: Calls that read the clock on the wall, by their last two names.
WALL_CLOCKS = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"}

#: Functions that name something by the day and hour, for people to read, or say how old a file is.
NAMING = {"new_folder", "seconds_since"}


def wall_clocks(tree: ast.AST) -> list[str]:
    """Names of the innermost functions that call one, "" outside of any."""
    found = []

    def walk(node: ast.AST, function: str) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            function = node.name
        if isinstance(node, ast.Call) and ".".join(ast.unparse(node.func).split(".")[-2:]) in WALL_CLOCKS:
            found.append(function)
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            found.extend(function for name in node.names if name.name == "time")
        for child in ast.iter_child_nodes(node):
            walk(child, function)

    walk(tree, "")
    return found


def test_a_wall_clock_would_be_found():
    seen = wall_clocks(ast.parse("import time\n\ndef late():\n    return time.time() > 5\n"))
    assert seen == ["late"] and wall_clocks(ast.parse("from time import time")) == [""]


def test_only_names_come_from_the_wall_clock():
    found = {
        str(path.relative_to(SOURCE)): set(wall_clocks(ast.parse(path.read_text(encoding="utf-8")))) - NAMING
        for path in SOURCE.rglob("*.py")
    }
    assert {path: names for path, names in found.items() if names} == {}
