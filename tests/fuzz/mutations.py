"""One change to a file, of the kinds that damage, other programs and ill will make; what is inside of a
container (zip, gzip, SQLite, JSON, .npy, safetensors) is changed inside of it, so that checksums do not hide
it.

Every function is given a `random.Random` and is a pure function of it and the content.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import sqlite3
import struct
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

#: What a number in a text becomes.
NUMBERS = (
    "0",
    "-1",
    "1",
    "2147483648",
    "-9223372036854775809",
    "9" * 400,
    "1e308",
    "1e400",
    "NaN",
    "-Infinity",
    "0.1",
    "",
    "x",
    "١٢",
    "1_000",
    "0x10",
    "1,5",
)
#: What a value of JSON becomes.
VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1,
    3,
    10**20,
    10**9,
    2**31,
    1e308,
    float("nan"),
    float("inf"),
    "",
    "x",
    "\ud800",
    "x" * 5000,
    "../../etc/passwd",
    [],
    {},
    [[]],
    [1, 2, 3],
    {"a": 1},
    ["a"],
)
#: What is put into a text.
PIECES = (
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b'"',
    b"'",
    b",",
    b"\t",
    b";",
    b"\r",
    b"\n\n",
    b":",
    b"<",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"&b;",
    b"[" * 5000,
    b"{" * 5000,
    b"<a>" * 5000,
    b"@data\n",
    b"%",
    b"\\ud800",
    "নিক্তি".encode(),
    b"," * 30_000,
    b"\n" * 5000,
    b"1:1:1\n",
    b"x" * 100_000,
)

_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")


def mutated(content: bytes, name: str, rng: Random, depth: int = 0) -> bytes:
    """The content with one to three changes."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        ways = [damaged] if depth or rng.random() < 0.6 else []
        if inner := _inner(content, name):
            ways = [inner] if rng.random() < 0.8 else [damaged]
        content = rng.choice(ways or [damaged])(content, rng)
    return content


def _inner(content: bytes, name: str) -> Callable[[bytes, Random], bytes] | None:
    """The way to change what is inside of a container."""
    if content[:4] == b"PK\3\4":
        return archive
    if content[:2] == b"\x1f\x8b":
        return gzipped
    if content[:6] == b"\x93NUMPY":
        return npy
    if content[:15] == b"SQLite format 3":
        return database
    if name.endswith(".safetensors"):
        return safetensors
    if content.lstrip()[:1] in (b"{", b"["):
        return json_text
    return None


# -- bytes and text --------------------------------------------------------------------------------------


def damaged(content: bytes, rng: Random) -> bytes:
    """Bytes flipped, cut, doubled, emptied; numbers and lines of a text changed."""
    return rng.choice((flip, flip, cut, doubled, emptied, overwritten, numbers, numbers, pieces, lines))(
        content, rng
    )


def flip(content: bytes, rng: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 4, 40))):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut(content: bytes, rng: Random) -> bytes:
    return content[: rng.choice((0, 1, 3, 10, rng.randrange(len(content) + 1), max(0, len(content) - 1)))]


def doubled(content: bytes, rng: Random) -> bytes:
    start, end = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    return content[:end] + content[start:end] * rng.choice((1, 1, 20)) + content[end:]


def emptied(content: bytes, rng: Random) -> bytes:
    return rng.choice(
        (b"", b" ", b"\n", b"\0" * len(content), b"\0", bytes(rng.randrange(256) for _ in range(200)))
    )


def overwritten(content: bytes, rng: Random) -> bytes:
    place = rng.randrange(len(content) + 1)
    word = rng.choice(
        (b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"\xff" * 8, b"\xff\xff\xff\x7f", b"\x80")
    )
    return content[:place] + word + content[place + len(word) :]


def numbers(content: bytes, rng: Random) -> bytes:
    found = list(_NUMBER.finditer(content[:200_000]))
    for match in sorted(rng.sample(found, min(len(found), rng.choice((1, 1, 5)))), key=lambda m: -m.start()):
        content = content[: match.start()] + rng.choice(NUMBERS).encode() + content[match.end() :]
    return content


def pieces(content: bytes, rng: Random) -> bytes:
    place = rng.randrange(len(content) + 1)
    return content[:place] + rng.choice(PIECES) + content[place:]


def lines(content: bytes, rng: Random) -> bytes:
    found = content.split(b"\n")
    place = rng.randrange(len(found))
    way = rng.randrange(4)
    if way == 0:
        del found[place]
    elif way == 1:
        found.insert(rng.randrange(len(found)), found[place])
    elif way == 2:
        found[place] = b""
    else:
        rng.shuffle(found)
    return b"\n".join(found)


# -- containers ------------------------------------------------------------------------------------------


def archive(content: bytes, rng: Random) -> bytes:
    """A zip archive with one member changed, renamed, dropped, doubled, or packed in another way."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = [(info.filename, packed.read(info)) for info in packed.infolist()]
    except Exception:  # an earlier change broke it
        return damaged(content, rng)
    if not members:
        return damaged(content, rng)
    place = rng.randrange(len(members))
    name, inner = members[place]
    way = rng.choice(("inside",) * 6 + ("renamed", "dropped", "doubled", "grown"))
    how = rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_LZMA))
    if way == "inside":
        members[place] = (name, mutated(inner, name, rng, 1))
    elif way == "renamed":
        members[place] = (rng.choice((name + "x", "x/" + name, "../" + name, "x", "", name.upper())), inner)
    elif way == "dropped":
        del members[place]
    elif way == "doubled":
        members.append((name, inner))
    else:
        members[place] = (name, inner + bytes(2**22))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as packed, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name that stands twice is what is wanted
        for name, inner in members:
            packed.writestr(name or "empty", inner)
    return out.getvalue()


def gzipped(content: bytes, rng: Random) -> bytes:
    try:
        inner = gzip.decompress(content)
    except Exception:
        return damaged(content, rng)
    return gzip.compress(mutated(inner, "", rng, 1), 1)


def npy(content: bytes, rng: Random) -> bytes:
    """An array with another shape or type promised, or other values."""
    import numpy as np

    if rng.random() < 0.3:
        return damaged(content, rng)
    try:
        array = np.load(io.BytesIO(content), allow_pickle=False)
    except Exception:
        return damaged(content, rng)
    way = rng.randrange(5)
    out = io.BytesIO()
    if way == 0:  # another promise
        sides = array.shape
        shapes = ((), (0,), (10**10,), (2**63, 2), (-1,), (*sides, 1), sides[::-1], (len(content),))
        dtypes = (array.dtype.str, *"|O <f8 |u1 <U100000000 <M8[s] |V8 <c16 >i2".split())
        promise = {"descr": rng.choice(dtypes), "shape": rng.choice(shapes)}
        header = {**promise, "fortran_order": rng.random() < 0.3}
        np.lib.format.write_array_header_1_0(out, header)
        return out.getvalue() + array.tobytes()
    if way == 1:
        kinds: tuple[Any, ...] = ("float16", "int8", "complex64", "U3", "S2", "bool", "float64", "uint64")
        array = array.astype(rng.choice(kinds), casting="unsafe") if array.dtype.kind in "biuf" else array
    elif way == 2 and array.size and array.dtype.kind in "biuf":
        flat = array.copy().reshape(-1)
        extreme = (np.nan, np.inf, -1e30, 1e30) if array.dtype.kind == "f" else (0, 1, 100)
        with np.errstate(all="ignore"):
            places = [rng.randrange(len(flat)) for _ in range(rng.choice((1, 10, len(flat))))]
            flat[places] = rng.choice(extreme)
        array = flat.reshape(array.shape)
    elif way == 3:
        flat = array.reshape(-1)
        array = rng.choice((flat[:0], flat[:1], array[..., :0] if array.ndim else array, flat))
    else:
        array = array[..., None] if rng.random() < 0.5 else np.concatenate([array.reshape(-1)] * 2)
    np.save(out, array, allow_pickle=False)
    return out.getvalue()


def database(content: bytes, rng: Random) -> bytes:
    """A run's SQLite file with one cell changed, a table gone, or another in its place."""
    handle, place = tempfile.mkstemp(suffix=".sqlite")
    os.close(handle)
    try:
        Path(place).write_bytes(content)
        connection = sqlite3.connect(place, isolation_level=None)
        _query(connection, rng)
        connection.execute("pragma journal_mode = delete")
        connection.close()
        return Path(place).read_bytes()
    except (sqlite3.Error, UnicodeError, OverflowError):
        return damaged(content, rng)
    finally:
        for end in ("", "-wal", "-shm"):
            Path(place + end).unlink(missing_ok=True)


def _query(connection: sqlite3.Connection, rng: Random) -> None:
    tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
    if not tables:
        return
    if rng.random() < 0.05:
        connection.execute(f"drop table {rng.choice(tables)}")
        return
    if rng.random() < 0.05:
        connection.execute("drop table results")
        connection.execute(
            "create view results as with recursive n(i) as (select 1 union all select i + 1 from n) "
            "select i as key, i as contender, 0 as fold, 1 as size, 'ok' as outcome, '{}' as body, '' as "
            "arrays from n"
        )
        return
    table = rng.choice(tables)
    rows = connection.execute(f"select rowid, * from {table}").fetchall()
    if not rows:
        return
    columns = [row[1] for row in connection.execute(f"pragma table_info({table})")]
    row = rng.choice(rows)
    texts = [place for place, cell in enumerate(row[1:]) if isinstance(cell, str) and cell[:1] in '{["']
    blobs = [place for place, cell in enumerate(row[1:]) if isinstance(cell, bytes)]
    place = rng.choice(texts * 3 + blobs * 2 + list(range(len(columns))))
    cell = row[1 + place]
    if isinstance(cell, bytes):
        new: Any = mutated(cell, "", rng, 1)
    elif place in texts:
        new = json_text(cell.encode(), rng).decode("utf-8", "replace")
    else:
        new = rng.choice((None, "", "x", 10**18, -1, b"\xff", 1.5))
    connection.execute(f"update {table} set {columns[place]} = ? where rowid = ?", (new, row[0]))


def safetensors(content: bytes, rng: Random) -> bytes:
    """Weights with another header, or other numbers."""
    if rng.random() < 0.3 or len(content) < 8:
        return damaged(content, rng)
    (length,) = struct.unpack("<Q", content[:8])
    header = content[8 : 8 + length]
    if rng.random() < 0.7:
        header = json_text(header, rng)
    body = content[8 + length :] if rng.random() < 0.7 else damaged(content[8 + length :], rng)
    return struct.pack("<Q", len(header)) + header + body


def json_text(content: bytes, rng: Random) -> bytes:
    """JSON, whole or a line each, with one node changed."""
    rows = content.split(b"\n")
    try:
        value = json.loads(content)
        rows, place = [content], 0
    except (ValueError, RecursionError):
        place = rng.randrange(len(rows))
        try:
            value = json.loads(rows[place])
        except (ValueError, RecursionError):
            return damaged(content, rng)
    if rng.random() < 0.05:
        rows[place] = b"[" * 100_000 if rng.random() < 0.5 else b'{"a":' * 50_000 + b"1" + b"}" * 50_000
    elif rng.random() < 0.05:
        rows[place] = json.dumps([{f"k{n}": n for n in range(30_000)}, value]).encode()
    else:
        rows[place] = json.dumps(_changed(value, rng)).encode()
    return b"\n".join(rows)


def _changed(value: Any, rng: Random) -> Any:
    """The value with one of its nodes replaced, dropped, doubled or renamed; deep ones as likely as
    others."""
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(list(value))
        way = rng.random()
        if way < 0.1:
            return {name: one for name, one in value.items() if name != key}
        if way < 0.15:
            return {(name + "x" if name == key else name): one for name, one in value.items()}
        return {**value, key: _changed(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.85:
        place = rng.randrange(len(value))
        way = rng.random()
        if way < 0.1:
            return value[:place] + value[place + 1 :]
        if way < 0.15:
            return value + [value[place]] * rng.choice((1, 3))
        return [*value[:place], _changed(value[place], rng), *value[place + 1 :]]
    if isinstance(value, int | float) and not isinstance(value, bool) and rng.random() < 0.3:
        return rng.choice((value + 1, -value, value * 1000, value / 3, str(value)))
    return rng.choice(VALUES)


# -- folders ---------------------------------------------------------------------------------------------


def change_folder(folder: Path, rng: Random) -> str:
    """Change one file below a folder, or which files there are; returns what was done."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    path = rng.choice(files)
    name = path.relative_to(folder).as_posix()
    way = rng.random()
    if len(files) > 1 and way < 0.04:
        path.unlink()
        return f"{name} removed"
    if len(files) > 1 and way < 0.06:
        other = rng.choice(files)
        path.write_bytes(other.read_bytes())
        return f"{name} overwritten with {other.name}"
    if len(files) > 1 and way < 0.08:
        path.rename(path.with_name(os.fsdecode(b"caf\xe9") + path.suffix))
        return f"{name} renamed"
    path.write_bytes(mutated(path.read_bytes(), path.name, rng))
    return f"{name} changed"


def seal_again(folder: Path, rng: Random) -> None:
    """Checksums of a model folder that fit what is in it now, as an attacker would write them."""
    if rng.random() < 0.1:
        return
    facts, weights = folder / "model.json", folder / "model.safetensors"
    try:
        if facts.is_file() and weights.is_file():
            said = json.loads(facts.read_text())
            said["weights_sha256"] = hashlib.sha256(weights.read_bytes()).hexdigest()
            facts.write_text(json.dumps(said))
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    files = [p for p in folder.rglob("*") if p.is_file() and p.name != "checksums.json"]
    sums = {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
    if (folder / "checksums.json").is_file() and rng.random() < 0.9:
        (folder / "checksums.json").write_text(json.dumps({"format": 1, "files": sums}))
