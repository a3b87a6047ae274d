from __future__ import annotations

from scrubber.formats.sipis import FORMAT
from tests.formats.logformat import ADDRESSED, LogFormat
from tests.formats.prefixes import sample


class TestSipis(LogFormat):
    FORMAT = FORMAT
    PREFIXES = (
        (b"2025-03-02 18:03:12.345 INFO  ", ADDRESSED),
        (b"2025-03-02T18:03:12 ERROR ", ADDRESSED),
    )
    BARE = (
        b"",
        b"alice",
        b"2025-03-02 18:03:12.345 alice",
        b"INFO alice",
    )
    TEMPLATES = (
        b"2025-03-02 18:03:12.345 @ x",
        b"2025-03-02 18:03:12.345 INFO @ x",
        b"@ 2025-03-02 18:03:12 INFO x",
    )
    HEADS = (
        (sample("sipis.log"), True),
        (sample("linphone.log"), False),
        (sample("acrobits.log"), False),
        (b"", False),
    )
    SURE = 55
    STARTS = (
        b"2025-03-02 18:03:12.345 INFO ",
        b"SIPIS ",
    )
