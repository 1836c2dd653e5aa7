"""Not a test, and not to be imported here: it takes things away from the process that it is loaded in."""

collect_ignore = ["without_fork/sitecustomize.py"]
