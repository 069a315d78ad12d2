"""The first tutorial: `requests`, one after the other, a row a commit."""

import sqlite3
from contextlib import closing

import requests

from scripts.benchmark.candidates.order import Order, taken
from scripts.benchmark.candidates.volumes import CREATE, INSERT, row_of_first

TIMEOUT_S = 30


def crawl(order: Order) -> None:
    """Ask, store, and go to the next; what is refused is passed over."""
    with closing(sqlite3.connect(order.database)) as db:
        db.execute(CREATE)
        for isbn in order.isbns:
            response = requests.get(order.url(isbn), timeout=TIMEOUT_S)
            if not response.ok:
                continue
            if row := row_of_first(isbn, response.json()):
                db.execute(INSERT, row)
                db.commit()


if __name__ == "__main__":
    crawl(taken())
