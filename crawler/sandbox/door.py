"""Who is let in: the key, the day's quota, the rate, in the order in which Google looks at them."""

import re
from datetime import datetime

from crawler.sandbox import errors
from crawler.sandbox.errors import Refused
from crawler.sandbox.options import SandboxOptions
from crawler.sandbox.quota import DayQuota, Rate

_VALID_KEY = re.compile(r"(?!bad)[A-Za-z0-9_-]+")


class Door:
    """The limits of one sandbox and what is used of them."""

    def __init__(self, options: SandboxOptions) -> None:
        self._options = options
        self._quota = DayQuota(options.daily_quota)
        self._rate = Rate(options.rate_limit)

    @property
    def highest_rate(self) -> int:
        """The largest number of calls that arrived in any second."""
        return self._rate.highest

    def admit(self, key: str | None, now: datetime, moment: float) -> None:
        """Count the call; raises `Refused` where it isn't let in.

        A key that begins with `bad`, or has characters that no key has, is not valid. A refused
        call uses nothing of the quota.
        """
        options = self._options
        has_room = self._rate.take(moment)
        if key is None and options.require_key:
            raise Refused(errors.KEY_REQUIRED)
        if key is not None and not _VALID_KEY.fullmatch(key):
            raise Refused(errors.KEY_NOT_VALID)
        if not has_room:
            limit = options.rate_limit * 60
            raise Refused(errors.rate_exceeded(limit, as_403=options.refuse_as_403))
        if not self._quota.take(key or "", now):
            limit = options.daily_quota
            raise Refused(errors.day_quota_spent(limit, as_403=options.refuse_as_403))
