"""skops.io, imported without torch.

skops asks scikit-learn for all its estimators, and scikit-learn imports every package that lies inside it to
find them, also its adapter for torch arrays: 1.3 CPU-seconds and 450 MB for what no model here uses. A name
that is None in `sys.modules` cannot be imported (the import system's own rule), and the search goes on
without it; afterwards the adapter can be imported by whoever wants it.
"""

import sys

_ADAPTER = "sklearn.externals.array_api_compat.torch"
_FREE = "torch" not in sys.modules and _ADAPTER not in sys.modules

if _FREE:
    sys.modules[_ADAPTER] = None  # type: ignore[assignment]  # means: not to be imported
try:
    from skops.io import dump, get_untrusted_types, load
finally:
    if _FREE:
        del sys.modules[_ADAPTER]

__all__ = ["dump", "get_untrusted_types", "load"]
