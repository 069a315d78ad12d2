"""Scrapy with a SQLite pipeline, a row a commit; a fifth argument is the JOBDIR, for resuming."""

import json
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator

import scrapy
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.http import Response

from scripts.benchmark.candidates.order import Order, taken
from scripts.benchmark.candidates.volumes import CREATE, INSERT, Row, row_of_first


class Book(scrapy.Item):
    """A row of the table."""

    row = scrapy.Field()


class IntoSqlite:
    """The pipeline."""

    def __init__(self, database: str) -> None:
        self._db = sqlite3.connect(database)
        self._db.execute(CREATE)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "IntoSqlite":
        """Scrapy's way of handing over settings."""
        return cls(crawler.settings["DATABASE"])

    def process_item(self, item: Book) -> Book:
        """Store a book."""
        row: Row = item["row"]
        self._db.execute(INSERT, row)
        self._db.commit()
        return item

    def close_spider(self) -> None:
        """End."""
        self._db.close()


class Books(scrapy.Spider):
    """Asks for each ISBN."""

    name = "books"
    order: Order

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """The requests."""
        for isbn in self.order.isbns:
            yield scrapy.Request(self.order.url(isbn), cb_kwargs={"isbn": isbn})

    def parse(self, response: Response, isbn: str) -> Iterator[Book]:
        """The first hit."""
        if row := row_of_first(isbn, json.loads(response.body)):
            yield Book(row=row)


def main() -> None:
    """Run."""
    jobdir = sys.argv.pop() if len(sys.argv) > 5 else None  # noqa: PLR2004 - the fifth argument
    order = taken()
    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS": order.concurrency,
            "CONCURRENT_REQUESTS_PER_DOMAIN": order.concurrency,
            "DATABASE": str(order.database),
            "ITEM_PIPELINES": {IntoSqlite: 300},
            "JOBDIR": jobdir,
            "LOG_LEVEL": "WARNING",
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(Books, order=order)
    process.start()


if __name__ == "__main__":
    main()
