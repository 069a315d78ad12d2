-- The database of bookcrawl. It is a product of its own: open it with sqlite3, pandas or Datasette.
-- Times are UTC, ISO 8601 to the second. ISBNs are integers, so 9780140328721 and '9780140328721'
-- both find a book. The application_id is the letters "bkcr".

CREATE TABLE books (                    -- one row for each ISBN that was found
    id                  INTEGER PRIMARY KEY,  -- the ISBN's number in the ledger: the order of the input
    isbn13              INTEGER NOT NULL UNIQUE,  -- the ISBN that was asked for
    isbn10              TEXT,           -- the same in its old form; 979 numbers have none
    title               TEXT,           -- title without subtitle
    subtitle            TEXT,           -- NULL where there is none
    authors             TEXT NOT NULL DEFAULT '[]',  -- JSON array of names, in the source's order
    publisher           TEXT,           -- as the source writes it
    published           TEXT,           -- date of publication as given: 2009, 2012-02, 19??
    published_year      INTEGER,        -- the year, where it is certain
    published_precision TEXT            -- how much of the date is known: year, month, day
        CHECK (published_precision IN ('year', 'month', 'day')),
    description         TEXT,           -- plain text, paragraphs parted by an empty line
    categories          TEXT NOT NULL DEFAULT '[]',  -- JSON array of subjects
    page_count          INTEGER,        -- pages; NULL where unknown
    language            TEXT,           -- ISO 639-1, with a region at times: en, zh-CN
    print_type          TEXT,           -- BOOK or MAGAZINE
    average_rating      REAL,           -- 1 to 5
    ratings_count       INTEGER,        -- how many ratings the average is of
    thumbnail_url       TEXT,           -- link to a small cover image (https)
    info_link           TEXT,           -- the book's page at the source, for the attribution it asks for
    source              TEXT NOT NULL,  -- who told: google
    source_id           TEXT NOT NULL,  -- the source's own name for the record (volume id)
    match               TEXT NOT NULL   -- confirmed: the record carries the ISBN; unconfirmed: it carries none
        CHECK (match IN ('confirmed', 'unconfirmed')),
    retrieved_at        TEXT NOT NULL   -- when the source told
);
CREATE INDEX books_unconfirmed ON books (isbn13) WHERE match = 'unconfirmed';
-- The end of the first run adds the other indexes, books_by_year and so on (indexing.py):
-- kept up while a million books arrive, they would cost twice what the books themselves do.

CREATE TABLE ledger (                   -- every ISBN that is to be asked for, and what became of it
    number      INTEGER PRIMARY KEY,    -- order of the input, from 1
    isbn13      INTEGER NOT NULL,       -- the ISBN
    source      TEXT NOT NULL,          -- who is asked: google
    state       TEXT NOT NULL DEFAULT 'pending'  -- missing: asked, and the source has no such book; failed: it could not be asked
        CHECK (state IN ('pending', 'found', 'missing', 'failed')),
    attempts    INTEGER NOT NULL DEFAULT 0,  -- how many times it was settled
    unissued    INTEGER NOT NULL DEFAULT 0,  -- 1: its range of ISBNs was never issued, so it is asked for last
    unmapped    TEXT                    -- a group's answer did not have it, so it is asked for alone; clean: nor could it have been crowded out, or be a record without ISBN
        CHECK (unmapped IN ('clean', 'unclear')),
    reason      TEXT,                   -- why it failed, or is taken as missing without a call of its own
    run         INTEGER NOT NULL,       -- the run that added it (runs.id)
    settled_at  TEXT,                   -- when its state was last told
    UNIQUE (isbn13, source)
);
CREATE INDEX ledger_pending ON ledger (unissued, number) WHERE state = 'pending' AND unmapped IS NULL;
CREATE INDEX ledger_unmapped ON ledger (unissued, number, unmapped) WHERE state = 'pending' AND unmapped IS NOT NULL;
CREATE INDEX ledger_missing ON ledger (number) WHERE state = 'missing';
CREATE INDEX ledger_failed ON ledger (number) WHERE state = 'failed';

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

CREATE TABLE payloads (                 -- the record of each book as it was received
    id          INTEGER PRIMARY KEY REFERENCES books (id),  -- the book
    dictionary  INTEGER NOT NULL REFERENCES dictionaries (id),  -- what it was compressed with
    body        BLOB NOT NULL           -- JSON, compressed with zstd
);

CREATE TABLE dictionaries (             -- zstd dictionaries that the payloads need
    id          INTEGER PRIMARY KEY,    -- the number that zstd gave it
    body        BLOB NOT NULL           -- the dictionary
);

CREATE TABLE inputs (                   -- each file of ISBNs, as it was read the last time
    file        TEXT PRIMARY KEY,       -- its absolute path; - is standard input; a name that is no UTF-8 as its bytes
    run         INTEGER NOT NULL,       -- the run that read it (runs.id)
    options     TEXT NOT NULL,          -- JSON: how it was to be read (--column, --format)
    finished_at TEXT                    -- when its end was reached; NULL: a resume reads it again
);

CREATE TABLE rejects (                  -- lines of the input that name no ISBN
    id          INTEGER PRIMARY KEY,    -- in the order in which they were read
    file        TEXT NOT NULL,          -- its absolute path; - is standard input; a name that is no UTF-8 as its bytes
    line        INTEGER NOT NULL,       -- the line on which the row starts, from 1
    text        TEXT NOT NULL,          -- what stands there, cut to a sane length
    reason      TEXT NOT NULL           -- not_an_isbn, bad_check_digit, wrong_length, scientific_notation, other_identifier, no_isbn_in_row
);
CREATE INDEX rejects_by_file ON rejects (file, line);

CREATE TABLE runs (                     -- each crawl: what was run, and how it ended
    id          INTEGER PRIMARY KEY,    -- the run's number, from 1
    command     TEXT NOT NULL,          -- crawl, resume, lookup
    options     TEXT NOT NULL,          -- JSON: the options in force
    pid         INTEGER NOT NULL,       -- the process
    started_at  TEXT NOT NULL,          -- when it began
    ended_at    TEXT,                   -- when it ended; NULL: it runs, or it was killed
    stopped     TEXT,                   -- why it ended early: quota, credentials, unreachable, signal, limit
    found       INTEGER NOT NULL DEFAULT 0,  -- settled as found by this run
    missing     INTEGER NOT NULL DEFAULT 0,  -- settled as missing by this run
    failed      INTEGER NOT NULL DEFAULT 0,  -- settled as failed by this run
    calls       INTEGER NOT NULL DEFAULT 0,  -- calls sent
    retried     INTEGER NOT NULL DEFAULT 0   -- of these, calls that asked again after trouble
);

CREATE TABLE quota (                    -- calls used, by key and day; a call is counted before it leaves
    key         TEXT NOT NULL,          -- fingerprint of the key and the API's address; never the key
    day         TEXT NOT NULL,          -- the quota's day, which ends at midnight Pacific time
    used        INTEGER NOT NULL,       -- calls
    PRIMARY KEY (key, day)
) WITHOUT ROWID;

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

-- The full-text index itself; its column rank is how well a book fits.
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

CREATE VIEW missing_books AS            -- asked for, and the source has no such book
    SELECT number, isbn13, source, settled_at FROM ledger WHERE state = 'missing';

CREATE VIEW failed_books AS             -- could not be asked for, and why
    SELECT number, isbn13, source, reason, attempts, settled_at FROM ledger WHERE state = 'failed';

CREATE VIEW book_authors AS             -- a row for each author of each book
    SELECT books.id, books.isbn13, books.title, author.value AS author, author.key + 1 AS position
    FROM books, json_each(books.authors) AS author;

CREATE VIEW book_categories AS          -- a row for each category of each book
    SELECT books.id, books.isbn13, books.title, category.value AS category
    FROM books, json_each(books.categories) AS category;
