from __future__ import annotations

from scrubber.formats.logcat import FORMAT
from tests.formats.logformat import ADDRESSED, LogFormat
from tests.formats.prefixes import prefix, sample


class TestLogcat(LogFormat):
    FORMAT = FORMAT
    PREFIXES = (
        (b"03-02 18:03:12.345  1234  1260 D ", ADDRESSED),
        (b"2025-03-02 18:03:12.345678 +0100  1234  1260 I ", ADDRESSED),
    )
    BARE = (
        b"",
        b"03-02 18:03:12.345 alice",
        b"alice",
        b"D/SIP( 1234): x",
    )
    TEMPLATES = (
        b"03-02 18:03:12.345  1234  1260 @ x",
        b"03-02 18:03:12.345  1234  1260 D @: x",
        b"03-02 18:03:12.345  @  1260 D x",
    )
    HEADS = (
        (sample("logcat.txt"), True),
        (sample("apple-console.txt"), False),
        (sample("MicroSIP_log.txt"), False),
        (b"", False),
    )
    SURE = 55
    STARTS = (
        b"03-02 18:03:12.345 ",
        b"D/",
    )


def test_a_tag_with_its_level_is_text() -> None:
    assert prefix(FORMAT, b"03-02 18:03:12.345 D/alice( 1234): x") == b"03-02 18:03:12.345 "
