from __future__ import annotations

from scrubber.formats.freepbx import FORMAT
from tests.formats.logformat import CAPITAL, NAMED, LogFormat
from tests.formats.prefixes import sample


class TestFreepbx(LogFormat):
    FORMAT = FORMAT
    PREFIXES = (
        (b"[2025-Mar-02 18:03:12] [INFO] ", CAPITAL),
        (b"[2025-03-02 18:03:12] [freepbx.CRITICAL]: ", CAPITAL),
        (b"[2025-03-02 18:03:12] [freepbx_security.NOTICE]: ", CAPITAL),
        (b"[PHP-NOTICE] ", NAMED),
        (b"2025-Mar-02 18:03:12\t", NAMED),
    )
    BARE = (
        b"",
        b"[2025-Mar-02 18:03:12] [carla.INFO]: x",
        b"[INFO] x",
        b"2025-Mar-02 18:03:12 x",
    )
    TEMPLATES = (
        b"[2025-Mar-02 18:03:12] [INFO] (@:12) - x",
        b"[2025-Mar-02 18:03:12] [@] x",
        b"[@] [INFO] x",
        b"[PHP-NOTICE] (@:12) - x",
        b"2025-Mar-02 18:03:12\t@:12",
    )
    HEADS = (
        (sample("freepbx.log"), True),
        (b"[2025-Mar-02 18:03:12] [INFO] (a/b.php:1) - x\n", True),
        (b"Array\n(\n    [a] => 1\n    [b] => 2\n    [c] => 3\n)\n", True),
        (b"[2025-03-02 18:03:12] NOTICE[1] x.c: y\n", False),
        (sample("kamailio.log"), False),
        (sample("MicroSIP_log.txt"), False),
        (b"", False),
    )
    SURE = 50
    STARTS = (
        b"[2025-Mar-02 18:03:12] [",
        b"    [a] => ",
    )
