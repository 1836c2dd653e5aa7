"""The command line. A verb is a file in `verbs/`; `main` finds it, runs it and turns errors into
messages and exit codes."""
