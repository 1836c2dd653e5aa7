"""Memory that a control group allows, of both versions, from files as Linux writes them."""

import psutil
import pytest

from nikti.core import machine

MB = 2**20


def written(root, files):
    for name, text in files.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return root


#: {what: (files, total, used of it)}, in MB
GROUPS = {
    "version 2": (
        {
            "proc/self/cgroup": "0::/docker/abc\n",
            "sys/fs/cgroup/docker/abc/memory.max": f"{64 * MB}\n",
            "sys/fs/cgroup/docker/abc/memory.current": f"{30 * MB}\n",
            "sys/fs/cgroup/docker/abc/memory.stat": f"anon 5\ninactive_file {10 * MB}\n",
        },
        64,
        44,
    ),
    "version 2, the group above": (
        {
            "proc/self/cgroup": "0::/slice/scope\n",
            "sys/fs/cgroup/slice/scope/memory.max": "max\n",
            "sys/fs/cgroup/slice/memory.max": f"{32 * MB}\n",
            "sys/fs/cgroup/slice/memory.current": f"{2 * MB}\n",
        },
        32,
        30,
    ),
    "version 2, seen from inside": (
        {
            "proc/self/cgroup": "0::/host/path\n",
            "sys/fs/cgroup/memory.max": f"{16 * MB}\n",
            "sys/fs/cgroup/memory.current": f"{20 * MB}\n",
        },
        16,
        0,
    ),
    "version 1": (
        {
            "proc/self/cgroup": "5:cpu:/x\n4:memory:/batch/job\n0::/\n",
            "sys/fs/cgroup/memory/batch/job/memory.limit_in_bytes": f"{48 * MB}\n",
            "sys/fs/cgroup/memory/batch/job/memory.usage_in_bytes": f"{40 * MB}\n",
            "sys/fs/cgroup/memory/batch/job/memory.stat": f"total_inactive_file {4 * MB}\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        },
        48,
        12,
    ),
}


@pytest.mark.parametrize("name", GROUPS)
def test_the_tightest_group_counts(tmp_path, name):
    files, total, available = GROUPS[name]
    found = machine.memory(written(tmp_path, files))
    assert (found.total, found.available) == (total * MB, available * MB)


@pytest.mark.parametrize("files", [{}, {"proc/self/cgroup": "0::/\n"}], ids=["no groups", "no limit"])
def test_without_a_limit_it_is_the_machines(tmp_path, files):
    assert machine.memory(written(tmp_path, files)).total == psutil.virtual_memory().total
