"""Lines of messages that stand alone, as the records of those who gather logs hold them."""

from __future__ import annotations

import json

import pytest

from scrubber.readings.messageline import is_message_line
from tests.passes import DOUBLING, cleaned, doubling, rule_set


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (b"Contact: <sip:alice@192.0.2.77;transport=ws>", True),
        (b'From: "Alice" <tel:+15550100>;tag=1', True),
        (b'WWW-Authenticate: Digest realm="pbx"', True),
        (b"Host: sip.carrier.example number: 7", False),
        (b"Via : SIP/2.0/UDP 192.0.2.77:5060\r", True),
        (b"a=candidate:Hc000024d 1 UDP 2130706431 192.0.2.77 18188 typ host\r", True),
        (b"c=IN IP4 192.0.2.77", True),
        (b"o=alice 1 1 IN IP4 192.0.2.77", True),
        (b"m=audio 18188 RTP/AVP 0", True),
        (b"a=1", False),
        (b"m=7", False),
        (b"Wanda: sip", False),
        (b"Contact:", False),
        (b"Contact: a\nVia: b", False),
        (b"to whom: it may concern", False),
        (b"", False),
    ],
)
def test_lines(value: bytes, *, line: bool) -> None:
    assert is_message_line(value, rule_set().headers) is line


@pytest.mark.parametrize("shape", ['{{"MESSAGE": {}}}', '{{"PRIORITY": "6", "MESSAGE": {}, "_PID": "812"}}'])
@pytest.mark.parametrize("fmt", ["plain", "json"])
def test_a_candidate_keeps_what_is_no_identity(shape: str, fmt: str) -> None:
    """The foundation is an address in hexadecimal, the priority has as many digits as a telephone number."""
    line = shape.format(json.dumps("a=candidate:Hc000024d 1 UDP 2130706431 192.0.2.77 18188 typ host\r"))
    new = cleaned(line.encode() + b"\n", fmt)
    assert b"c000024d" not in new
    assert b"192.0.2.77" not in new
    assert b" 1 UDP 2130706431 " in new
    assert b" 18188 typ host" in new


@pytest.mark.parametrize("unit", [b"a=candidate: ", b"Via: ", b"o=a 1 1 IN ", b"A-"])
def test_time_is_linear(unit: bytes) -> None:
    fields = rule_set().headers
    assert doubling(lambda value: is_message_line(value, fields), unit) <= DOUBLING
