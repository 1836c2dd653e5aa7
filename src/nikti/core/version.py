"""The version of nikti."""

__version__ = "0.1.0"
