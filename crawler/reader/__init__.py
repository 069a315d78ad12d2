"""Files of ISBNs, as people have them, read as a stream of seeds and rejected lines.

Bytes in, records out; nothing here knows of the network or the database.
"""

from crawler.reader.input import Batch, Input, open_inputs
from crawler.reader.layout import Format
from crawler.reader.ranges import never_issued, publisher_prefix, registration_group

__all__ = [
    "Batch",
    "Format",
    "Input",
    "never_issued",
    "open_inputs",
    "publisher_prefix",
    "registration_group",
]
