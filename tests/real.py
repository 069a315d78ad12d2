"""Real data beside the project: recorded answers, people's files. Tests skip where it is not."""

from pathlib import Path

import pytest

REAL = Path(__file__).parents[2] / "shared" / "real"

needs_real_data = pytest.mark.skipif(not REAL.is_dir(), reason="the real data is not beside us")
