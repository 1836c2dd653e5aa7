"""The rules of the house, read from its source: no two files import each other round in a circle, what is
special to one modality or one kind of answer stands in its own file, and files and functions are short enough
to be read at a sitting. Who may import whom is held by `test_imports.py`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from nikti.core import catalogue

SOURCE = catalogue.ROOT
FILES = {str(path.relative_to(SOURCE)): path for path in sorted(SOURCE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}

LONGEST_FILE = 400
LONGEST_FUNCTION = 80
#: Places that ask which modality or kind of answer it is outside the homes below. Each is one that whoever
#: adds the next task has to find and edit; a few have a good reason, said in a comment there.
MOST_ASKED = 8

#: Where asking is at home: the two folders, and files that by their path belong to one modality or one task.
HOMES = (
    *("modalities/", "answers/", "tasks/", "readers/", "datasets/", "core/inputs.py", "core/answers.py"),
    *("classical/features/", "classical/models/", "classical/tasks/"),
    *("deep/encoders/", "deep/answers/", "deep/networks/", "report/samples/", "report/answers/"),
)


def module_of(name: str) -> str:
    """ "run/session.py" -> "nikti.run.session"."""
    words = ("nikti", *Path(name).with_suffix("").parts)
    return ".".join(words[:-1] if words[-1] == "__init__" else words)


MODULES = {module_of(name): name for name in FILES}


def running(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those that only a type checker reads."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for other in node.orelse:
                yield from running(other)
            continue
        yield node
        yield from running(node)


def imported(tree: ast.AST) -> Iterator[str]:
    """Full names of what is imported, wherever the import stands."""
    for node in running(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def file_of(imported_name: str) -> str | None:
    """The file that an imported name leads to: the module of that name, or the one that holds it."""
    return MODULES.get(imported_name) or MODULES.get(imported_name.rpartition(".")[0])


def circles(needs: dict[str, set[str]]) -> list[list[str]]:
    """Groups of two files or more that need each other, directly or not: strongly connected components
    (Tarjan 1972, SIAM J. Comput. 1)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    waiting: list[str] = []
    found: list[list[str]] = []

    def visit(file: str) -> None:
        number[file] = lowest[file] = len(number)
        waiting.append(file)
        for other in needs[file]:
            if other not in number:
                visit(other)
                lowest[file] = min(lowest[file], lowest[other])
            elif other in waiting:
                lowest[file] = min(lowest[file], number[other])
        if lowest[file] == number[file]:
            at = waiting.index(file)
            group, waiting[at:] = waiting[at:], []
            if len(group) > 1:
                found.append(sorted(group))

    for file in needs:
        if file not in number:
            visit(file)
    return sorted(found)


def test_circles_are_found():
    needs = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set(), "e": {"a", "f"}, "f": {"e"}}
    assert circles(needs) == [["b", "c"], ["e", "f"]]


def test_no_two_files_import_each_other_round_in_a_circle():
    needs = {
        name: {file for file in map(file_of, imported(tree)) if file not in (None, name)}
        for name, tree in TREES.items()
    }
    assert circles(needs) == []


def special_names() -> set[str]:
    """What modalities, kinds of answers and tasks are called."""
    kinds = {catalogue.load("answers", name).KIND for name in catalogue.names("answers")}
    return kinds | {name for folder in ("modalities", "answers", "tasks") for name in catalogue.names(folder)}


def special_classes() -> set[str]:
    """The classes in which samples and answers are held."""
    trees = (TREES["core/inputs.py"], TREES["core/answers.py"])
    classes = {node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)}
    return classes - {"Inputs"}


def asked(tree: ast.AST, names: set[str], classes: set[str]) -> Iterator[int]:
    """Lines that ask which modality, kind of answer or task it is: by a comparison or a `match`, by a table
    with such names as keys, or by a class."""

    def special(node: ast.AST | None) -> bool:
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            return any(map(special, node.elts))
        return isinstance(node, ast.Constant) and node.value in names

    def of_a_class(node: ast.AST) -> bool:
        return any(
            getattr(one, "id", getattr(one, "attr", None)) in classes
            for one in ast.walk(node)
            if isinstance(one, ast.Name | ast.Attribute)
        )

    for node in running(tree):
        if isinstance(node, ast.Compare) and any(map(special, (node.left, *node.comparators))):
            yield node.lineno
        elif isinstance(node, ast.MatchValue) and special(node.value):
            yield node.value.lineno
        elif isinstance(node, ast.Dict) and sum(map(special, node.keys)) > 1:
            yield node.lineno
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("isinstance", "issubclass"):
            if of_a_class(node.args[1]):
                yield node.lineno


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("x = data.modality == 'image'", True),
        ("x = task.answer in ('boxes', 'mask')", True),
        ("x = {'image': 1, 'text': 2}", True),
        ("x = isinstance(data.targets, answers.Boxes)", True),
        ("match kind:\n    case 'regression': pass", True),
        ("x = {'image': path}", False),  # a key of a document
        ("x = name == 'image_folder'", False),
        ("x = isinstance(part, dict)", False),
        ("if TYPE_CHECKING:\n    x = kind == 'image'", False),
    ],
)
def test_what_counts_as_asking(line, asks):
    found = list(asked(ast.parse(line), special_names(), special_classes()))
    assert bool(found) == asks


def test_hardly_anybody_asks_which_modality_or_kind_of_answer_it_is():
    names, classes = special_names(), special_classes()
    found = [
        f"{name}:{line}"
        for name, tree in TREES.items()
        if not name.startswith(HOMES)
        for line in asked(tree, names, classes)
    ]
    assert len(found) <= MOST_ASKED, found


def test_files_are_short():
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in FILES.items()}
    assert {name: length for name, length in lengths.items() if length >= LONGEST_FILE} == {}


def test_functions_are_short():
    lengths = {
        f"{name}: {node.name}": node.end_lineno - node.lineno + 1
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length >= LONGEST_FUNCTION} == {}


def test_what_is_public_says_what_it_does():
    silent = [
        f"{name}: {getattr(node, 'name', 'the file')}"
        for name, tree in TREES.items()
        for node in (tree, *tree.body)
        if tree.body  # an empty `__init__.py` has nothing to say
        and isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not getattr(node, "name", "").startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_what_the_guide_for_contributors_names_is_there():
    """Files and folders in backticks, but for those with a <name> to be filled in."""
    root = SOURCE.parent.parent
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:[\w.]+/)+(?:[\w.]+\.\w+)?|[\w]+\.py)`", text))
    assert len(named) > 30
    places = (root, SOURCE, SOURCE / "classical", SOURCE / "classical/features", SOURCE / "modalities")
    places += (SOURCE / "deep/networks", root / "tests/additions")
    assert {name for name in named if not any((place / name).exists() for place in places)} == set()


#: Rooms whose every file has a file of tests that is called after it.
ROOMS = ("run", "jobs", "model", "insight", "storage", "executors", "verdict")

#: What is tested by another file of its room: both kinds of worker processes are spoken to alike.
TESTED_BY = {
    "executors/_worker.py": "executors/test_process.py",
    "executors/_zygote.py": "executors/test_process.py",
}


def file_of_tests(name: str) -> str:
    """ "jobs/_own.py" -> "jobs/test_own.py"."""
    place = Path(name)
    return TESTED_BY.get(name, (place.parent / f"test_{place.stem.lstrip('_')}.py").as_posix())


def names_module(text: str, module: str) -> bool:
    """Whether a program names a module: by its whole name, in `from PACKAGE import MODULE`, or to the
    catalogue."""
    package, _, name = module.rpartition(".")
    whole = rf"\b{re.escape(module)}\b"
    taken = rf"from {re.escape(package)} import (\([^)]*|[^\n(]*)\b{name}\b"
    listed = rf'"{package.removeprefix("nikti.")}", "{name}"'
    return re.search(f"{whole}|{taken}|{listed}", text) is not None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("from nikti.run.state import RunState", True),
        ("import nikti.run.state", True),
        ("from nikti.run import clock, state", True),
        ("from nikti.run import (\n    clock,\n    state,\n)", True),
        ('catalogue.load("run", "state")', True),
        ("from nikti.run.stately import x", False),
        ("from nikti.run import clock\nstate = 1", False),
        ("from nikti.jobs import state", False),
    ],
)
def test_what_counts_as_naming_a_module(text, named):
    assert names_module(text, "nikti.run.state") == named


def test_every_file_of_these_rooms_has_its_tests():
    tests = Path(__file__).parent
    wanted = [name for name in FILES if name.rpartition("/")[0] in ROOMS and not name.endswith("__init__.py")]
    wanted += ["sides.py", "comparison.py"]
    assert len(wanted) > 60
    missing = [name for name in wanted if not (tests / file_of_tests(name)).is_file()]
    assert missing == []
    silent = [
        name
        for name in wanted
        if not names_module((tests / file_of_tests(name)).read_text(encoding="utf-8"), module_of(name))
    ]
    assert silent == []
