"""Files: the rows of a run, the stored data, sealed models."""
