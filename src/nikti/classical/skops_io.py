"""skops.io, imported without torch and without pytest.

skops asks scikit-learn for all its estimators, and scikit-learn imports every package that lies inside it to
find them, also its adapter for torch arrays (1.3 CPU-seconds and 450 MB for what no model here uses) and its
own tools for tests, which take pytest where it is installed. A name that is None in `sys.modules` cannot be
imported (the import system's own rule), and the search goes on without it; afterwards both can be imported
by whoever wants them.
"""

import sys

_ADAPTER = "sklearn.externals.array_api_compat.torch"
_UNNEEDED = [] if "torch" in sys.modules or _ADAPTER in sys.modules else [_ADAPTER]
_UNNEEDED += [] if "pytest" in sys.modules else ["pytest"]

for _name in _UNNEEDED:
    sys.modules[_name] = None  # type: ignore[assignment]  # means: not to be imported
try:
    from skops.io import dump, get_untrusted_types, load
finally:
    for _name in _UNNEEDED:
        del sys.modules[_name]

__all__ = ["dump", "get_untrusted_types", "load"]
