"""Turn a file of ISBNs into a SQLite database of book metadata."""

__version__ = "0.1.0"
