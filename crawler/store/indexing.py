"""What the end of a run does so that books are found fast: in bulk it costs a fraction.

Kept up with each batch, the indexes make `settle` four times as slow (measured with
300,000 books). Made at the end they take seconds, and later runs, which add few books to many, keep
them up.
"""

from crawler.store.segmenting import is_unparted, segmented

COLUMNS = ("title", "subtitle", "authors", "publisher", "categories", "description")
"""Those of books_fts, in their order."""

_COLUMNS = ", ".join(COLUMNS)

_SEGMENTED = ", ".join(f"segmented({name})" for name in COLUMNS)

INDEX_BOOKS = (
    # First, as the index has to hold what the view shows: that is taken away when the book changes.
    f"""INSERT INTO books_segmented SELECT id, {_SEGMENTED} FROM books
        WHERE id IN (SELECT id FROM books_unindexed) AND is_unparted({_COLUMNS})""",
    f"""INSERT INTO books_fts (rowid, {_COLUMNS}) SELECT id, {_COLUMNS} FROM books_as_indexed
        WHERE id IN (SELECT id FROM books_unindexed)""",
    "DELETE FROM books_unindexed",
    # What is counted: years, languages, publishers, categories, and how much is known of them.
    """CREATE INDEX IF NOT EXISTS books_by_year
        ON books (published_year, language, page_count, publisher, categories)""",
    # A language with all its regions, of which one is the beginning of the other.
    "CREATE INDEX IF NOT EXISTS books_by_language ON books (lower(language) || '-')",
    # Editions of a work, and authors without the rest of their books.
    "CREATE INDEX IF NOT EXISTS books_by_title ON books (title, authors, isbn13)",
    # The best rated.
    """CREATE INDEX IF NOT EXISTS books_by_readers
        ON books (ratings_count, average_rating) WHERE ratings_count IS NOT NULL""",
)
"""To be run in one transaction that knows `FUNCTIONS`; state: books_unindexed → books_fts."""

FUNCTIONS = (("segmented", 1, segmented), ("is_unparted", len(COLUMNS), is_unparted))
"""What a connection has to be given by `create_function`: name, arguments, function."""
