from __future__ import annotations

from scrubber.formats.weblog import FORMAT
from tests.formats.logformat import NAMED, LogFormat
from tests.formats.prefixes import sample


class TestWeblog(LogFormat):
    FORMAT = FORMAT
    PREFIXES = (
        (b"[Sun Mar 02 18:03:12.123456 2025] [php7:error] [pid 4071] ", NAMED),
        (b"[Sun Mar 02 18:03:12 2025] [error] ", NAMED),
        (b"2025/03/02 18:03:12 [error] 4071#4071: *12 ", NAMED),
    )
    BARE = (
        b"",
        b'192.0.2.10 - carla [02/Mar/2025:18:03:12 +0000] "GET / HTTP/1.1" 200 1',
        b"[carla] [error] x",
    )
    TEMPLATES = (
        b"[Sun Mar 02 18:03:12 2025] [error] [client @] x",
        b"[Sun Mar 02 18:03:12 2025] [@] x",
        b"[@] [error] x",
        b"2025/03/02 18:03:12 [error] @",
    )
    HEADS = (
        (sample("access.log"), True),
        (b'192.0.2.10 - - [02/Mar/2025:18:03:12 +0000] "GET / HTTP/1.1" 200 1\n', True),
        (b"GET / HTTP/1.1\n", False),
        (sample("kamailio.log"), False),
        (sample("MicroSIP_log.txt"), False),
        (b"", False),
    )
    SURE = 60
    STARTS = (
        b"[Sun Mar 02 18:03:12 2025] ",
        b'192.0.2.10 - - [02/Mar/2025:18:03:12 +0000] "',
    )
