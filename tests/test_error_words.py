"""What is raised on purpose is said in English and in Bangla: no error of nikti's is given a plain string."""

import ast
import builtins

from nikti.core import catalogue, errors

#: {name: class} of all errors that the command line shows as they are.
OURS = {
    name
    for name, one in vars(errors).items()
    if isinstance(one, type) and issubclass(one, errors.NiktiError) and not hasattr(builtins, name)
}

#: Which argument of an error is shown to people; of the rest the first.
PURPOSE = {"UnknownName": 0, "MissingExtra": 2}


def is_plain(node):
    """Whether an expression is a string written out: "...", f"...", "..." + x, "...".format(), str(x)."""
    if isinstance(node, ast.BinOp):
        return is_plain(node.left) or is_plain(node.right)
    if isinstance(node, ast.IfExp):
        return is_plain(node.body) or is_plain(node.orelse)
    if isinstance(node, ast.Call):
        method = isinstance(node.func, ast.Attribute)
        return is_plain(node.func.value) if method else getattr(node.func, "id", "") == "str"
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def plain_errors(source):
    """The lines on which one of our errors is made of a plain string."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = PURPOSE.get(name, 0)
            if name in OURS and len(node.args) > place and is_plain(node.args[place]):
                yield node.lineno


def test_every_error_stands_in_both_languages():
    found = [
        f"{path.relative_to(catalogue.ROOT)}:{line}"
        for path in sorted(catalogue.ROOT.rglob("*.py"))
        for line in plain_errors(path.read_text(encoding="utf-8"))
    ]
    assert not found, "give these Words(en=..., bn=...):\n" + "\n".join(found)


def test_a_plain_string_is_found_however_it_is_written():
    plain = [
        'raise DataError("no rows")',
        'raise DataError(f"no {what}")',
        'raise errors.DataError("a" + b)',
        'raise RunError("{a}".format(a=1))',
        "raise ModelError(str(error))",
        'raise UsageError("a" if x else y)',
        'raise UnknownName("task", name, known)',
        'raise MissingExtra("torch", "deep", f"{name}")',
    ]
    worded = [
        "raise DataError(NO_ROWS)",
        "raise DataError(NO_ROWS.format(what=what))",
        "raise errors.DataError(reason.sentence())",
        "raise UnknownName(TASK, name, known)",
        'raise MissingExtra("torch", "deep", NETWORKS)',
        'raise ValueError("a fault of the program")',
    ]
    assert [list(plain_errors(one)) for one in plain] == [[1]] * len(plain)
    assert [list(plain_errors(one)) for one in worded] == [[]] * len(worded)
