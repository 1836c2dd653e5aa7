"""`python -m nikti` is `nikti`."""

import sys

from nikti.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
