"""All that is sent is counted, and never more than the limit: whatever ends a run, and when."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.clock import quota_day, quota_day_ends
from crawler.fetch.quota import BLOCK_S, LAST_MOMENT, DayQuota, QuotaSpent
from tests.fetch.desk import KEY, PlainBook, TurnedClock
from tests.fetch.midnights import MIDNIGHTS

Step = Callable[["Account"], Awaitable[None]]

WORKERS = 4


class Account:
    """A quota that is used, closed, lost and opened again, beside a plain count of what was sent.

    `too_many` is what may be counted beyond that, over all days.
    """

    def __init__(self, clock: TurnedClock, limit: int, block: int) -> None:
        self.clock = clock
        self.book = PlainBook()
        self.sent: Counter[date] = Counter()
        self.too_many = 0
        self._limit = limit
        self._block = block
        self._open()

    def _open(self) -> None:
        self.in_flight: list[date] = []
        self.quota = DayQuota(
            self.book, KEY, self.clock, limit=self._limit, rate=self._block / BLOCK_S
        )

    async def take(self) -> None:
        now = self.clock.now()
        try:
            day = await self.quota.take()
        except QuotaSpent:
            spent = self.book.used[quota_day(now)] == self._limit > 0
            assert spent or now >= quota_day_ends(now) - LAST_MOMENT
            return
        assert day == quota_day(now)
        self.sent[day] += 1
        self.in_flight = [*self.in_flight, day][-WORKERS:]

    async def put_back(self) -> None:
        if not self.in_flight:
            return
        day = self.in_flight.pop(0)
        self.quota.put_back(day)
        self.sent[day] -= 1
        self.too_many += day != quota_day(self.clock.now())

    async def crash(self) -> None:
        """What was reserved is lost: a block, and what was put back into it."""
        self.too_many += self._block + WORKERS
        self._open()

    async def restart(self) -> None:
        await self.quota.close()
        self._open()

    async def look(self) -> None:
        today = quota_day(self.clock.now())
        state = await self.quota.state()
        assert self.sent[today] <= state.used <= self.sent[today] + self.too_many
        assert state.resets_at == quota_day_ends(self.clock.now())

    def check(self) -> None:
        for day, used in self.book.used.items():
            assert used >= self.sent[day]
            assert not self._limit or used <= self._limit


STEPS = st.one_of(
    st.sampled_from([Account.take] * 6),
    st.sampled_from([Account.put_back, Account.crash, Account.restart, Account.look]),
    st.sampled_from([0.3, 1.0, 2.5, 3600.0, 22 * 3600.0, 24 * 3600.0]),
)


@settings(max_examples=300)
@given(
    begins=st.sampled_from(MIDNIGHTS),
    early_s=st.sampled_from([0.0, 1.0, 3.0, 10.0, 23 * 3600.0]),
    limit=st.sampled_from([0, 1, 5, 12]),
    block=st.integers(1, 7),
    steps=st.lists(STEPS, max_size=60),
)
def test_all_that_is_sent_is_counted_and_never_more_than_the_limit(
    begins: datetime, early_s: float, limit: int, block: int, steps: list[Step | float]
) -> None:
    async def live() -> None:
        account = Account(TurnedClock(begins - timedelta(seconds=early_s)), limit, block)
        for step in steps:
            if isinstance(step, float):
                account.clock.turn(step)
            else:
                await step(account)
            account.check()
        await account.restart()
        assert account.book.used.total() <= account.sent.total() + account.too_many

    asyncio.run(live())
