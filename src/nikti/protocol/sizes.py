"""Training sizes of a data curve."""

from __future__ import annotations


def grid_sizes(full: int, classes: int, most: int, *, smallest: int = 16) -> list[int]:
    """Training sizes, rising by a factor of 2 up to `full`; at most `most`, none below `smallest` or
    two samples a class.

    >>> grid_sizes(1437, 10, 5)
    [89, 179, 359, 718, 1437]
    """
    floor = max(smallest, 2 * classes)
    sizes = [full]
    while len(sizes) < most and sizes[-1] // 2 >= floor:
        sizes.append(sizes[-1] // 2)
    return sizes[::-1]
