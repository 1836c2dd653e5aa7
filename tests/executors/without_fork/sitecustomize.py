"""Takes from this Python, and from those that it starts, what only POSIX systems have.

Other libraries choose their ways by `sys.platform`, which still says Linux; so psutil, and subprocess, which
end processes by a signal here and otherwise elsewhere, keep what they have by then.
"""

import importlib.abc
import os
import select
import signal
import subprocess
import sys
import types

import psutil

MODULES = ("fcntl", "resource", "pwd", "grp", "termios", "pty")
OF_OS = (
    *("fork", "forkpty", "killpg", "setsid", "setpgid", "getpgid", "getpgrp", "wait3", "wait4"),
    *("sched_getaffinity", "sched_setaffinity", "getloadavg", "set_blocking", "posix_spawn", "posix_spawnp"),
)
OF_SIGNAL = ("SIGKILL", "SIGCHLD", "SIGHUP", "SIGALRM", "SIGUSR1", "SIGUSR2", "alarm", "setitimer")


class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name in MODULES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def _of_no_pipe(*_):
    raise OSError("an operation was attempted on something that is not a socket")


kept = types.ModuleType("signal")
kept.__dict__.update(vars(signal))
psutil.signal = subprocess.signal = kept
sys.meta_path.insert(0, Missing())
for name in MODULES:
    sys.modules.pop(name, None)
for name in OF_OS:
    if hasattr(os, name):
        delattr(os, name)
for name in OF_SIGNAL:
    if hasattr(signal, name):
        delattr(signal, name)
select.select = _of_no_pipe
if hasattr(select, "PIPE_BUF"):
    del select.PIPE_BUF
