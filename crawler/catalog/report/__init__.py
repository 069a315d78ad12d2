"""The report: what is in the database, as one page of pictures and numbers.

`books` and `calls` ask the database, `charts` draws, `sections` says it in words, `page` puts it
together. The pictures are drawn when the page is made, so that it needs no script to be read.
"""
