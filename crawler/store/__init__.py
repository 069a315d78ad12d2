"""The only writer of the database: ledger, books, payloads, rejects, runs, quota."""
