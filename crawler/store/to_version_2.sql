-- From version 1 to 2. What the schema says today may differ; this is what it said then.

DROP TABLE books_fts;
DROP INDEX rejects_by_file;
CREATE INDEX rejects_by_file ON rejects (file, line);
CREATE INDEX books_unconfirmed ON books (isbn13) WHERE match = 'unconfirmed';

CREATE TABLE ledger_counts (            -- how many ISBNs of the ledger stand alike; triggers keep it, so that nobody has to count
    source      TEXT NOT NULL,          -- as in the ledger
    state       TEXT NOT NULL,          -- as in the ledger
    unmapped    TEXT NOT NULL,          -- as in the ledger; empty for NULL
    reason      TEXT NOT NULL,          -- as in the ledger; empty for NULL
    isbns       INTEGER NOT NULL,       -- ISBNs; 0 where there are none any more
    PRIMARY KEY (source, state, unmapped, reason)
) WITHOUT ROWID;
CREATE TRIGGER ledger_added AFTER INSERT ON ledger BEGIN
    INSERT INTO ledger_counts VALUES (new.source, new.state, coalesce(new.unmapped, ''), coalesce(new.reason, ''), 1)
    ON CONFLICT DO UPDATE SET isbns = isbns + 1;
END;
CREATE TRIGGER ledger_changed AFTER UPDATE OF source, state, unmapped, reason ON ledger BEGIN
    UPDATE ledger_counts SET isbns = isbns - 1
    WHERE (source, state, unmapped, reason) = (old.source, old.state, coalesce(old.unmapped, ''), coalesce(old.reason, ''));
    INSERT INTO ledger_counts VALUES (new.source, new.state, coalesce(new.unmapped, ''), coalesce(new.reason, ''), 1)
    ON CONFLICT DO UPDATE SET isbns = isbns + 1;
END;
CREATE TRIGGER ledger_dropped AFTER DELETE ON ledger BEGIN
    UPDATE ledger_counts SET isbns = isbns - 1
    WHERE (source, state, unmapped, reason) = (old.source, old.state, coalesce(old.unmapped, ''), coalesce(old.reason, ''));
END;

INSERT INTO ledger_counts
    SELECT source, state, coalesce(unmapped, ''), coalesce(reason, ''), count(*) FROM ledger GROUP BY 1, 2, 3, 4;

CREATE TABLE call_minutes (             -- the calls of each minute of a run, by how they were answered
    run         INTEGER NOT NULL,       -- the run (runs.id)
    minute      TEXT NOT NULL,          -- the minute in which they ended: 2026-11-21T07:15Z
    status      TEXT NOT NULL,          -- HTTP status; none where no answer came
    calls       INTEGER NOT NULL,       -- calls
    isbns       INTEGER NOT NULL,       -- ISBNs named in these calls
    total_ms    INTEGER NOT NULL,       -- milliseconds from sending to the answer's end, of all calls together
    slowest_ms  INTEGER NOT NULL,       -- milliseconds of the slowest
    PRIMARY KEY (run, minute, status)
) WITHOUT ROWID;

-- The full-text index. It is filled in bulk at the end of a run; until then a book is in
-- books_unindexed. Triggers see to it that a book that changes, whoever changes it, leaves the index.

CREATE TABLE books_unindexed (          -- books that books_fts does not hold yet
    id          INTEGER PRIMARY KEY     -- the book (books.id)
);

CREATE TABLE books_segmented (          -- indexed books with Chinese, Japanese, Korean, Thai…: a zero-width space parts their characters, as no blank parts their words
    id          INTEGER PRIMARY KEY,    -- the book (books.id)
    title       TEXT,                   -- as in books, segmented
    subtitle    TEXT,                   -- as in books, segmented
    authors     TEXT,                   -- as in books, segmented
    publisher   TEXT,                   -- as in books, segmented
    categories  TEXT,                   -- as in books, segmented
    description TEXT                    -- as in books, segmented
);

CREATE VIEW books_as_indexed AS         -- the texts of each book as books_fts reads them
    SELECT books.id,
        coalesce(segmented.title, books.title) AS title,
        coalesce(segmented.subtitle, books.subtitle) AS subtitle,
        coalesce(segmented.authors, books.authors) AS authors,
        coalesce(segmented.publisher, books.publisher) AS publisher,
        coalesce(segmented.categories, books.categories) AS categories,
        coalesce(segmented.description, books.description) AS description
    FROM books LEFT JOIN books_segmented AS segmented ON segmented.id = books.id;

CREATE VIRTUAL TABLE books_fts USING fts5 (
    title, subtitle, authors, publisher, categories, description,
    content = 'books_as_indexed', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2 categories ''L* N* Co M*'''
);

CREATE TRIGGER books_added AFTER INSERT ON books BEGIN
    INSERT OR IGNORE INTO books_unindexed (id) VALUES (new.id);
END;

CREATE TRIGGER books_changed BEFORE UPDATE ON books
WHEN NOT EXISTS (SELECT 1 FROM books_unindexed WHERE id = old.id) BEGIN
    INSERT INTO books_fts (books_fts, rowid, title, subtitle, authors, publisher, categories, description)
        SELECT 'delete', id, title, subtitle, authors, publisher, categories, description
        FROM books_as_indexed WHERE id = old.id;
    DELETE FROM books_segmented WHERE id = old.id;
    INSERT INTO books_unindexed (id) VALUES (old.id);
END;

CREATE TRIGGER books_removed BEFORE DELETE ON books BEGIN
    INSERT INTO books_fts (books_fts, rowid, title, subtitle, authors, publisher, categories, description)
        SELECT 'delete', id, title, subtitle, authors, publisher, categories, description
        FROM books_as_indexed
        WHERE id = old.id AND NOT EXISTS (SELECT 1 FROM books_unindexed WHERE id = old.id);
    DELETE FROM books_segmented WHERE id = old.id;
    DELETE FROM books_unindexed WHERE id = old.id;
END;

-- The next end of a run indexes them anew.
INSERT INTO books_unindexed SELECT id FROM books;
