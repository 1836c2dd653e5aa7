"""What is written down, and where trials run."""
