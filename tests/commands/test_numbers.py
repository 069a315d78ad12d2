import click
import pytest
from click.testing import CliRunner

from crawler.commands.crawl import command as crawl
from crawler.commands.sql import command as sql
from crawler.commands.status import command as status


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e-320", "-1"])
@pytest.mark.parametrize(
    ("command", "arguments"),
    [(status, ["--rate"]), (crawl, ["isbns.txt", "--rate"]), (sql, ["select 1", "--timeout"])],
)
def test_what_cannot_be_reckoned_with_is_refused(
    command: click.Command, arguments: list[str], number: str
) -> None:
    result = CliRunner().invoke(command, [*arguments, number])
    assert result.exit_code == 2
    assert f"Invalid value for '{arguments[-1]}'" in result.stderr


def test_no_limit_and_a_slow_rate_are_numbers() -> None:
    for number in ("0", "0.001"):
        result = CliRunner().invoke(status, ["--rate", number, "--help"])
        assert result.exit_code == 0
