from __future__ import annotations

import pytest

from scrubber.formats import syslog
from scrubber.formats.kamailio import FORMAT
from tests.formats.prefixes import sample, slow, swallowed

LINES = [line for name in ("kamailio.log", "opensips.log") for line in sample(name).split(b"\n") if line]


def test_the_prefix_is_that_of_syslog() -> None:
    assert all(FORMAT.text_start(line) == syslog.FORMAT.text_start(line) > 0 for line in LINES)


@pytest.mark.parametrize(
    "template",
    [
        b"Mar  2 18:10:12 @ kamailio[23]: ringing",
        b"Mar  2 18:10:12 edge1 kamailio[23]: @: ringing",
        b"Mar  2 18:10:12 edge1 /usr/sbin/opensips[23]: NOTICE:core:main: @",
    ],
)
def test_no_identity_is_taken_for_a_prefix(template: bytes) -> None:
    assert swallowed(FORMAT, template) == []


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("kamailio.log"), True),
        (sample("opensips.log"), True),
        (b"Mar  2 18:10:12 edge1 prog[23]: x\n", False),
        (b"kamailio is mentioned\n", False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 50) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert slow(FORMAT, (b"Mar  2 18:10:12 edge1 kamailio",)) == {}
