"""`python -m crawler` is the command `bookcrawl`."""

import signal


def main() -> None:
    """The command `bookcrawl`; while its modules are loaded, Ctrl-C ends it without a word."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from crawler import cli

    cli.main()


if __name__ == "__main__":
    main()
