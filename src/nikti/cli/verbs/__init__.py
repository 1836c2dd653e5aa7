"""One verb per file; the path is the registration. The docstring is the help, and a verb has

arguments(parser)                 the words it takes
run(args, api, on_event) -> dict  does the work; what it returns is the `--json` document
show(document, args, console)     the same document for people
"""
