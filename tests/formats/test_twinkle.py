from __future__ import annotations

from scrubber.formats.twinkle import FORMAT
from tests.formats.logformat import ADDRESSED, LogFormat
from tests.formats.prefixes import sample


class TestTwinkle(LogFormat):
    FORMAT = FORMAT
    PREFIXES = (
        (b"+++ 2-3-2025 18:03:12.345678 INFO SIP ", ADDRESSED),
        (b"+++ 12-11-2025 18:03:12.345678 WARNING NORMAL ", ADDRESSED),
    )
    BARE = (
        b"",
        b"---",
        b"+++ alice",
        b"+++ 2-3-2025 18:03:12.345678 INFO alice ",
    )
    TEMPLATES = (
        b"+++ @ 18:03:12.345678 INFO SIP x",
        b"+++ 2-3-2025 18:03:12.345678 @ SIP x",
        b"+++ 2-3-2025 18:03:12.345678 INFO SIP @",
    )
    HEADS = (
        (sample("twinkle.log"), True),
        (sample("twinkle.cfg"), True),
        (sample("linphone.log"), False),
        (sample("baresip.log"), False),
        (b"", False),
    )
    SURE = 55
    STARTS = (
        b"+++ 2-3-2025 ",
        b"user_name=",
    )
