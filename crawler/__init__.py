"""Turn a file of ISBNs into a SQLite database of book metadata."""
