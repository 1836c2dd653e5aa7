"""Machine learning on features made by hand."""
