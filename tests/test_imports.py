"""Who may import whom, and where the heavy libraries may be loaded: read from the source with `ast`.

The heavy libraries take seconds to load. A file may import them at its top level only if it lies in
a folder whose files are loaded when they are used (LOADED_WHEN_USED); a package's `__init__.py` and a
side's `side.py`, which are read just to list names, may not.
"""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "nikti"
FILES = sorted(SOURCE.rglob("*.py"))

#: The words that every part may use.
_WORDS = {"core", "modalities", "answers"}
#: The parts that know nothing of each other; the rooms of _ROOMS join them, the sides through `sides` alone.
_SIDES = {"classical", "deep"}
_PARTS = {
    *("readers", "datasets", "tasks"),
    *("protocol", "verdict", "storage", "executors", "report", "explain"),
}
_ROOMS = {"run", "jobs", "model", "insight"}
_JOINED = _WORDS | _PARTS | _ROOMS | {"sides"}

#: What each part may import of nikti besides itself; "" is `nikti/__init__.py`.
MAY_IMPORT = {
    "": {"api", "core"},
    "__main__": {"cli"},
    "core": set(),
    **dict.fromkeys(("modalities", "answers"), {"core"}),
    **dict.fromkeys(_PARTS | _SIDES, _WORDS),
    "report": _WORDS | {"verdict"},
    "sides": _WORDS | _SIDES,
    **dict.fromkeys(_ROOMS, _JOINED),
    "comparison": _JOINED,
    "api": _JOINED | {"comparison", "doctor"},
    "doctor": {"core"},
    "cli": {"core", "api", ""},
    "studio": {"core", "api", ""},
}

HEAVY = {
    *("torch", "torchvision", "timm", "transformers", "tokenizers", "datasets", "safetensors"),
    *("sklearn", "skops", "lightgbm", "scipy", "skimage", "cv2", "PIL", "pandas", "pyarrow", "matplotlib"),
}

#: Folders whose files are imported one by one, when a contender, a network or a feature is used.
LOADED_WHEN_USED = ("classical", "deep")
LISTED_WHEN_UNUSED = ("__init__.py", "side.py")

#: A verdict is nothing without its statistics, and is itself imported only when one is made.
NEEDED_BY = {"verdict": {"scipy"}}


def part(file: Path) -> str:
    inside = file.relative_to(SOURCE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem.replace("__init__", "")


def imported(file: Path, *, top_level_only: bool = False) -> set[str]:
    """Absolute names of the modules a file imports: `from nikti.core import run` is nikti.core.run."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    nodes = _top_level(tree.body) if top_level_only else ast.walk(tree)
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _top_level(body):
    """Statements that run when the file is imported, those under `if TYPE_CHECKING` left out."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from _top_level(node.orelse)
            continue
        yield node
        for field in ("body", "orelse", "finalbody", "handlers"):
            yield from _top_level(getattr(node, field, None) or [])


def _nikti_part(name: str) -> str | None:
    words = name.split(".")
    if words[0] != "nikti":
        return None
    known = {part(file) for file in FILES}
    return words[1] if len(words) > 1 and words[1] in known else ""


def test_every_part_is_in_the_table():
    assert {part(file) for file in FILES} <= set(MAY_IMPORT)


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(SOURCE)))
def test_who_may_import_whom(file):
    mine = part(file)
    found = {p for p in map(_nikti_part, imported(file)) if p is not None}
    assert found - {mine} <= MAY_IMPORT[mine]


def test_no_file_imports_itself_through_others():
    """Lazy imports count too; those for annotations alone do not."""
    modules = {".".join(["nikti", *f.relative_to(SOURCE).with_suffix("").parts]): f for f in FILES}
    modules = {name: file for name, file in modules.items() if file.name != "__init__.py"}
    left = {name: _reached(file) & set(modules) - {name} for name, file in modules.items()}
    while True:
        free = {name for name, wanted in left.items() if not wanted & set(left)}
        if not free:
            break
        left = {name: wanted for name, wanted in left.items() if name not in free}
    assert not left


def _reached(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    typing = [n for n in ast.walk(tree) if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.unparse(n.test)]
    left_out = {inner for node in typing for inner in ast.walk(node)}
    names = set()
    for node in set(ast.walk(tree)) - left_out:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(SOURCE)))
def test_heavy_libraries_are_loaded_only_when_used(file):
    if part(file) in LOADED_WHEN_USED and file.name not in LISTED_WHEN_UNUSED:
        return
    top = {name.split(".")[0] for name in imported(file, top_level_only=True)}
    assert not top & HEAVY - NEEDED_BY.get(part(file), set())


def test_every_library_is_declared():
    """What the source imports is what pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]
    declared = {_same(re.match(r"[\w.-]+", line).group(0)) for line in asked}
    foreign = {name.split(".")[0] for file in FILES for name in imported(file)}
    foreign -= set(sys.stdlib_module_names) | {"nikti"}
    # UMAP need not be installed for the tests: it compiles itself for 20 seconds.
    owners = {"umap": ["umap-learn"]} | importlib.metadata.packages_distributions()
    undeclared = {n for n in foreign if not declared & {_same(d) for d in owners.get(n, [n])}}
    assert not undeclared


def _same(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize(
    "does", ["import nikti", "from nikti.cli.main import main; main(['--help'])", "import nikti.readers"]
)
def test_nothing_heavy_is_loaded_to_say_hello(does):
    slow = HEAVY | {"numpy", "rich", "psutil", "jinja2", "sqlite3", "asyncio"}
    asks = f"{does}\nimport sys\nprint('LOADED', sorted({slow!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_a_run_starts_without_what_only_its_verdict_needs():
    """The process that conducts a run computes nothing before the first verdict."""
    asks = f"import nikti.run.session, sys\nprint(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
