"""The deep side: networks that learn from raw data. Importing this package imports no torch."""
