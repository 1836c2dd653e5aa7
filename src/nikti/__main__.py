"""`nikti`, and `python -m nikti`. Stopped while it is still importing, it just ends."""

import signal
import sys


def main() -> int:
    """Run the command that was typed; its exit code."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from nikti.cli.main import main as run

    signal.signal(signal.SIGINT, before)
    return run()


if __name__ == "__main__":
    sys.exit(main())
