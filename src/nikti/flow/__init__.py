"""The stages of a run, joined: understand, begin, proceed, and what happens inside a worker.

Only this folder and `api` know both the referee and the sides.
"""
