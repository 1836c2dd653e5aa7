"""Messages between processes: each a number (of the job, 0 of none) and a JSON object, in lines of a pipe.

A long message goes in pieces, each short enough that the system writes it at once: several processes may
write into one pipe, and their pieces are told apart by the number.
"""

from __future__ import annotations

import json
import os
import select
from typing import Any

#: Bytes that go into a pipe in one piece, whatever other processes write: 512 wherever POSIX holds.
_ATOMIC = getattr(select, "PIPE_BUF", 512)

_LAST, _MORE = b".", b"+"


def write(pipe: int, number: int, message: dict[str, Any]) -> None:
    """Write a message; where nobody reads any more, this process ends. Raises TypeError or ValueError, and
    writes nothing, for what is not JSON."""
    text = json.dumps(message).encode("ascii")
    head = f"{number} ".encode()
    room = _ATOMIC - len(head) - 2
    for start in range(0, len(text), room):
        mark = _LAST if start + room >= len(text) else _MORE
        try:
            os.write(pipe, head + mark + text[start : start + room] + b"\n")
        except OSError:  # the parent has ended
            os._exit(1)


class Reader:
    """Puts messages together again from what comes out of the pipe."""

    def __init__(self) -> None:
        self._rest = b""
        self._pieces: dict[int, list[bytes]] = {}

    def feed(self, chunk: bytes) -> list[tuple[int, dict[str, Any]]]:
        """The (number, message) pairs that are whole by now."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        whole = []
        for line in lines:
            head, piece = line.split(b" ", 1)
            number = int(head)
            self._pieces.setdefault(number, []).append(piece[1:])
            if piece[:1] == _LAST:
                whole.append((number, json.loads(b"".join(self._pieces.pop(number)))))
        return whole
