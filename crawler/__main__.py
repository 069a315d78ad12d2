"""`python -m crawler` is the command `bookcrawl`."""

from crawler.cli import main

main()
