from __future__ import annotations

from scrubber.formats.fail2ban import FORMAT
from tests.formats.logformat import NAMED, LogFormat
from tests.formats.prefixes import sample


class TestFail2ban(LogFormat):
    FORMAT = FORMAT
    PREFIXES = ((b"2025-03-02 18:03:12,345 fail2ban.actions        [812]: NOTICE  ", NAMED),)
    BARE = (
        b"",
        b"2025-03-02 18:03:12,345 carla.actions [812]: NOTICE  x",
        b"fail2ban.actions [812]: NOTICE x",
    )
    TEMPLATES = (
        b"2025-03-02 18:03:12,345 fail2ban.actions [812]: NOTICE  @",
        b"2025-03-02 18:03:12,345 fail2ban.@ [812]: NOTICE  x",
        b"@ fail2ban.actions [812]: NOTICE  x",
    )
    HEADS = (
        (sample("fail2ban.log"), True),
        (b"fail2ban is mentioned\n", False),
        (sample("kamailio.log"), False),
        (sample("MicroSIP_log.txt"), False),
        (b"", False),
    )
    SURE = 60
    STARTS = (b"2025-03-02 18:03:12,345 fail2ban.",)
