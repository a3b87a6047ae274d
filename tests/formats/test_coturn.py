from __future__ import annotations

from scrubber.formats.coturn import FORMAT
from tests.formats.logformat import ADDRESSED, LogFormat
from tests.formats.prefixes import sample


class TestCoturn(LogFormat):
    FORMAT = FORMAT
    PREFIXES = (
        (b"0: : ", ADDRESSED),
        (b"12: (813): INFO: ", ADDRESSED),
        (b"12: (813): INFO: session 001000000000000002: ", ADDRESSED),
        (b"12: : ERROR: ", ADDRESSED),
    )
    BARE = (
        b"",
        b"12: alice",
        b"alice: : x",
        b"12: (alice): x",
    )
    TEMPLATES = (
        b"12: : @ x",
        b"12: (@): INFO: x",
        b"12: (8): @: x",
        b"12: (8): INFO: session @: x",
    )
    HEADS = (
        (sample("turn_812.log"), True),
        (sample("turnserver.conf"), True),
        (sample("kamailio.log"), False),
        (sample("microsip.ini"), False),
        (b"", False),
    )
    SURE = 55
    STARTS = (
        b"0: : ",
        b"listening-port",
    )
