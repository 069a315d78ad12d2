"""Numbers in sentences."""


def counted(count: int, one: str, more: str | None = None) -> str:
    """`1 book`, `1,000 books`; `more` is where it is not `one` with an s."""
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"
