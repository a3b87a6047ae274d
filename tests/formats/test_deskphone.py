from __future__ import annotations

from scrubber.formats.deskphone import FORMAT
from tests.formats.logformat import NAMED, LogFormat
from tests.formats.prefixes import sample


class TestDeskPhone(LogFormat):
    FORMAT = FORMAT
    PREFIXES = (
        (b"[5]4/3/2025 18:03:12: ", NAMED),
        (b"[2]14/12/2025 18:03:12:345: ", NAMED),
        (b"0302180312|sip  |4|00|", (b"carla", b"192.0.2.10 x")),
        (b"0302180312.120|app1 |*|01|", NAMED),
    )
    BARE = (b"", b"[5] x", b"[5]carla", b"03021803|sip|4|00|x", b"0302180312|carla doe|4|00|x", b"0302180312|sip")
    TEMPLATES = (b"[5]4/3/2025 18:03:12: @", b"[@]4/3/2025 18:03:12: x", b"0302180312|sip  |4|00|@", b"@|sip  |4|00|x")
    HEADS = (
        (b"[5]4/3/2025 18:03:12: x\n[6]4/3/2025 18:03:13: y\n", True),
        (b"0302180312|sip  |4|00|x\n0302180312|cfg  |3|00|Prm|y\n", True),
        (sample("queue_log"), False),
        (sample("phone-syslog.log"), False),
        (b"", False),
    )
    SURE = 60
    STARTS = (b"[5]4/3/2025 ", b"0302180312|")
