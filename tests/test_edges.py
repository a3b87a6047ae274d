"""Learned values count where they stand alone, by the script of their first and last character."""

from __future__ import annotations

import pytest

from scrubber.edges import bounded
from scrubber.engine import scrub
from scrubber.model import Entity
from tests.passes import KEY, rule_set


@pytest.mark.parametrize(
    ("text", "value", "entity", "expected"),
    [
        ("call anna now", "anna", Entity.NAME, True),
        ("call joanna now", "anna", Entity.NAME, False),
        ("call annas now", "anna", Entity.NAME, False),
        ("anna_1", "anna", Entity.NAME, True),
        ("call%20anna%20now", "anna", Entity.NAME, True),
        ("call%41anna", "anna", Entity.NAME, False),
        ("call%zzanna", "anna", Entity.NAME, False),
        ("20anna", "anna", Entity.NAME, False),
        (r"call\nanna", "anna", Entity.NAME, True),
        (r"call\xanna", "anna", Entity.NAME, False),
        ("dial%2015550100123", "15550100123", Entity.NUMBER, True),
        ("dial%201001", "1001", Entity.EXTENSION, True),
        ("dial%311001", "1001", Entity.EXTENSION, False),
        ("éanna", "anna", Entity.NAME, False),
        ("Анна звонит", "Анна", Entity.NAME, True),
        ("Аннам звонит", "Анна", Entity.NAME, False),
        ("sites/Unit%209%2C%20anna%2Cx", "anna", Entity.NAME, True),
        ("sites/x%41anna", "anna", Entity.NAME, False),
        ("sites/x20anna", "anna", Entity.NAME, False),
        ("to%2015550100123", "15550100123", Entity.NUMBER, True),
        ("我是王小明的朋友", "王小明", Entity.NAME, True),
        ("xhunter2hunter2x", "hunter2hunter2", Entity.SECRET, True),
        ("x15550100123", "15550100123", Entity.NUMBER, True),
        ("915550100123", "15550100123", Entity.NUMBER, False),
        ("ping gwen.laptop now", "gwen.laptop", Entity.DEVICE, True),
        (".gwen.laptop", "gwen.laptop", Entity.DEVICE, True),
        ("com.acme.softphone.voip", "softphone.voip", Entity.DEVICE, False),
        ("com.acme.voip.softphone", ".voip.softphone", Entity.DEVICE, False),
        ("=.voip.softphone", ".voip.softphone", Entity.DEVICE, True),
        ("x.SN-00099-AB", "SN-00099-AB", Entity.DEVICE, True),
        ("SIP/1001-", "1001", Entity.EXTENSION, True),
        ("sip:1001@", "1001", Entity.EXTENSION, True),
        ("port:1001", "1001", Entity.EXTENSION, False),
        ("10.1001", "1001", Entity.EXTENSION, False),
        ("1001.5", "1001", Entity.EXTENSION, False),
        ("2025-03-02", "2025", Entity.EXTENSION, False),
        ("<2025>", "2025", Entity.EXTENSION, True),
        ("in 2025 ", "2025", Entity.EXTENSION, False),
        ("endpoint 2025 in use", "2025", Entity.EXTENSION, True),
        ("'2025->2026'", "2025", Entity.EXTENSION, True),
        ("mail\n2025\nmail", "2025", Entity.EXTENSION, True),
        ("Sun Mar  2 18:03:12 2025", "2025", Entity.EXTENSION, False),
        ("Sun Mar  2 18:03:12 CET 2025", "2025", Entity.EXTENSION, False),
        ("2 March 2025", "2025", Entity.EXTENSION, False),
        ("March 2nd, 2025", "2025", Entity.EXTENSION, False),
        ("Mar-02-2025", "2025", Entity.EXTENSION, False),
        ("02/Mar/2025:18:03:12", "2025", Entity.EXTENSION, False),
        ("Mar 2, 2025, 18:03", "2025", Entity.EXTENSION, False),
        ("[2025 Mar 2", "2025", Entity.EXTENSION, False),
        ("2 2025 UTC", "2025", Entity.EXTENSION, False),
        ("Copyright (C) 1999 - 2025, Example", "2025", Entity.EXTENSION, False),
        ("Copyright (C) 1999 - 2025, Example", "1999", Entity.EXTENSION, False),
        ("dial 2025 18 times", "2025", Entity.EXTENSION, True),
        ("Date: Mon, 27 May 2016 06:56:11 GMT", "May", Entity.NAME, False),
        ("Compiled Tue 30-Jan-05 17:56", "Jan", Entity.NAME, False),
        ("on 2nd June, 2025", "June", Entity.NAME, False),
        ("Jan  2 18:03:12 pbx", "Jan", Entity.NAME, False),
        ("April 12, 2025", "April", Entity.NAME, False),
        ("call May on 27 2016", "May", Entity.NAME, True),
        ("room 27 May called", "May", Entity.NAME, True),
        ("on site on 27 May, please", "May", Entity.NAME, False),
        ("since May 27 it is down", "May", Entity.NAME, False),
        ("on 27 May Winters called", "May", Entity.NAME, True),
        ("transfer to May 27", "May", Entity.NAME, True),
        ("ask the May 27", "May", Entity.NAME, True),
        ("Jan 2001 ringing", "Jan", Entity.USER, True),
        ('"Jan" <sip:27@x>', "Jan", Entity.NAME, True),
        ("May 27 calls", "May", Entity.NAME, True),
    ],
)
def test_bounded(text: str, value: str, entity: Entity, expected: bool) -> None:
    data, wanted = text.encode(), value.encode()
    start = data.index(wanted)
    assert bounded(data, start, start + len(wanted), entity) is expected


REGISTERED = b"REGISTER sip:pbx.example.com SIP/2.0\r\nTo: <sip:2001@pbx.example.com>\r\nCSeq: 1 REGISTER\r\n\r\n"


@pytest.mark.parametrize(
    "line",
    [
        b"Created subscription for endpoint @",
        b"Subscription '@->@' is not to a list",
        b'    "resource": "@",',
        b"pjsip show aor @",
        b"(@) @, @.",
    ],
)
def test_an_extension_that_looks_like_a_year_goes_wherever_it_stands(line: bytes) -> None:
    assert b"2001" not in scrub(REGISTERED + line.replace(b"@", b"2001") + b"\n", rule_set(), KEY)


def test_a_year_stays_beside_such_an_extension() -> None:
    line = b"Copyright (C) 1999 - 2001, started Sun Mar  2 18:03:12 2001 at 2001-03-02 18:03:12\n"
    assert scrub(REGISTERED + line, rule_set(), KEY).endswith(line)
