"""Hostile files, made by the thousand: see `children`, `mutations`, `seeds`."""
