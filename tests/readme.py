"""What the README tells people to type: command lines, the verbs of its table, blocks of Python."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")

#: Words after `nikti` of every command line, in their order.
COMMANDS = [
    shlex.split(line.group(1), comments=True) for line in re.finditer(r"^ {4}nikti (.+)$", TEXT, re.MULTILINE)
]

#: Words of every row of the table of verbs, each optional word given.
VERBS = [
    shlex.split(told.replace("[", "").replace("]", ""))
    for row in re.findall(r"^\| (`[a-z].*?) \|", TEXT, re.MULTILINE)
    for told in re.findall(r"`(.+?)`", row)
]

#: Fenced blocks of Python.
PYTHON = re.findall(r"^```python\n(.+?)^```", TEXT, re.MULTILINE | re.DOTALL)

#: Inline commands and flags, wherever they stand.
INLINE = re.findall(r"`nikti ([^`]+)`", TEXT)
FLAGS = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", re.sub(r"pip install.*", "", TEXT)))

#: Files that it shows or points to.
LINKS = [link for link in re.findall(r"\]\(([^)#]+)\)", TEXT) if "://" not in link]

#: Targets of the Makefile, with the variables they are given.
TARGETS = re.findall(r"(?:^ {4}|`)make ([a-z]+)", TEXT, re.MULTILINE)
