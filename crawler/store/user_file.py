"""Where the quota of a user is kept."""

from pathlib import Path

import platformdirs


def find_user_file() -> Path | None:
    """Where the calls of this user's keys are counted; None for a user without a home."""
    try:
        return platformdirs.user_state_path("bookcrawl") / "quota.db"
    except RuntimeError:
        return None
