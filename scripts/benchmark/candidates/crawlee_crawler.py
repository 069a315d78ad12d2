"""Crawlee for Python: its HttpCrawler as it is, a row a commit; its queue lies in files beside."""

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import timedelta

from crawlee import ConcurrencySettings, Request
from crawlee.crawlers import HttpCrawler, HttpCrawlingContext

from scripts.benchmark.candidates.order import Order, taken
from scripts.benchmark.candidates.volumes import CREATE, INSERT, row_of_first


async def crawl(order: Order, db: sqlite3.Connection) -> None:
    """Ask for all; Crawlee asks again for what is refused."""
    crawler = HttpCrawler(
        concurrency_settings=ConcurrencySettings(
            desired_concurrency=order.concurrency, max_concurrency=order.concurrency
        ),
        configure_logging=False,
        request_handler_timeout=timedelta(seconds=30),
    )

    @crawler.router.default_handler
    async def store(context: HttpCrawlingContext) -> None:
        answer = json.loads(await context.http_response.read())
        if row := row_of_first(str(context.request.user_data["isbn"]), answer):
            db.execute(INSERT, row)
            db.commit()

    await crawler.run(
        [Request.from_url(order.url(isbn), user_data={"isbn": isbn}) for isbn in order.isbns]
    )


def main() -> None:
    """Run."""
    order = taken()
    with closing(sqlite3.connect(order.database)) as db:
        db.execute(CREATE)
        asyncio.run(crawl(order, db))


if __name__ == "__main__":
    main()
