"""Call ladders: what they show, that nothing of it overlaps or runs, and how much there may be of it."""

from __future__ import annotations

import re
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.heard import Heard
from scrubber.reports import ladder
from scrubber.reports.ladder import HERE, OTHERS, SOMEWHERE, Dialog

A, B, C = b"240.1.2.3:5060", b"[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:5060", b"240.9.9.9:5060"
SDP = (
    b"v=0\r\nc=IN IP4 240.1.2.3\r\nm=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"
    b"a=sendonly\r\nm=video 5000 RTP/AVP 34\r\n"
)
WIDE = 7.3


def message(start: str, cseq: str, branch: str = "z1", call: str = "c1", tags: str = "1", body: bytes = b"") -> bytes:
    head = (
        f"{start}\r\nVia: SIP/2.0/UDP 240.1.2.3;rport=5070;branch={branch}\r\nFrom: <sip:a@b>;tag={tags}\r\n"
        f"Call-ID: {call}\r\nCSeq: {cseq}\r\nContent-Type: application/sdp\r\n\r\n"
    )
    return head.encode() + body


INVITE, TRYING, BUSY = "INVITE sip:a@b SIP/2.0", "SIP/2.0 100 Trying", "SIP/2.0 486 Busy Here"
CALL = [
    Heard(3, 63_681.5, A, B, b"UDP", message(INVITE, "7 INVITE", body=SDP)),
    Heard(9, 63_682.0, A, B, b"UDP", message(INVITE, "7 INVITE", body=SDP)),
    Heard(12, 63_682.25, B, A, b"UDP", message(TRYING, "7 INVITE")),
    Heard(15, None, B, C, b"UDP", message(INVITE, "7 INVITE", "z2")),
    Heard(18, 63_682.125, C, B, b"UDP", message(BUSY, "7 INVITE", "z2")),
    Heard(20, 63_683.0, A, B, b"UDP", message("BYE sip:a@b SIP/2.0", "6 BYE", "z3")),
    Heard(22, 63_684.0, B, B, b"UDP", message("OPTIONS sip:a@b SIP/2.0", "9 OPTIONS", "z4", tags="5")),
]


def only(heard: list[Heard]) -> Dialog:
    (found,) = ladder.dialogs(heard)
    return found


def drawn(dialog: Dialog) -> ET.Element:
    return ET.fromstring(ladder.svg(dialog))


def texts(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]


def test_rungs() -> None:
    found = only(CALL)
    assert found[:4] == (1, "INVITE", "c1", (A.decode(), B.decode(), C.decode()))
    assert [(rung.source, rung.target, rung.label, rung.sequence, rung.sort) for rung in found.rungs] == [
        (0, 1, "INVITE", "7", "request"),
        (0, 1, "INVITE", "7", "request"),
        (1, 0, "100 Trying", "7 INVITE", "1"),
        (1, 2, "INVITE", "7", "request"),
        (2, 1, "486 Busy Here", "7 INVITE", "4"),
        (0, 1, "BYE", "6", "request"),
        (1, 1, "OPTIONS", "9", "request"),
    ]
    assert [rung.again for rung in found.rungs] == [False, True, False, False, False, False, False]
    assert [rung.late for rung in found.rungs] == [False, False, False, False, False, True, False]
    assert found.rungs[0].note == "audio 240.1.2.3:4000 PCMU PCMA telephone-event sendonly; video 240.1.2.3:5000 H263"


def test_drawing() -> None:
    root = drawn(only(CALL))
    said = texts(root)
    for text in (
        *("INVITE · 7", "INVITE · 7 (again)", "100 Trying · 7 INVITE", "BYE · 6 (late)", "17:41:21.500", "+0.250 s"),
        *("-0.125 s", "#15", A.decode()),
    ):
        assert text in said
    dashed = [element for element in root.iter() if element.get("stroke-dasharray")]
    assert len(dashed) == 1
    title, description = root[0], root[1]
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == "Call 1: INVITE, 7 messages"
    assert "17:41:21.500 240.1.2.3:5060 to [2001" in (description.text or "")
    assert (description.text or "").count(": INVITE 7") == 3
    assert ladder.svg(only(CALL)) == ladder.svg(only(CALL))
    assert 'id="page-1-title"' in ladder.svg(only(CALL), "page")


def test_ends_that_a_trace_does_not_name() -> None:
    told = [CALL[0]._replace(destination=b""), CALL[2]._replace(destination=b"")]
    assert only(told).columns == (A.decode(), HERE, B.decode())
    bare = [one._replace(source=b"", destination=b"") for one in (CALL[0], CALL[2])]
    found = only(bare)
    assert found.columns == ("240.1.2.3:5070", SOMEWHERE)
    assert [(rung.source, rung.target) for rung in found.rungs] == [(0, 1), (1, 0)]


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ladder, "MESSAGES", 3)
    monkeypatch.setattr(ladder, "COLUMNS", 3)
    calls = [
        CALL[0]._replace(destination=b"240.0.0.%d:1" % place, message=message(INVITE, "7 INVITE", call=f"c{call}"))
        for call in range(5)
        for place in range(4)
    ]
    found = ladder.ladder(calls, 2)
    assert (len(found.dialogs), found.more) == (2, 3)
    assert found.dialogs[0].columns == (A.decode(), "240.0.0.0:1", OTHERS)
    assert (len(found.dialogs[0].rungs), found.dialogs[0].more) == (3, 1)
    assert "… 1 more message is not drawn" in texts(drawn(found.dialogs[0]))


def test_what_is_quoted_runs_nowhere() -> None:
    attack = "<script>alert(1)</script>\"'&\x00\x1b\u202e\ud7ff"
    hostile = Heard(
        1, None, attack.encode(), b"x:1", b"", message(f"{attack[:25]} sip:a SIP/2.0", "1 X", call=attack, body=SDP)
    )
    text = ladder.svg(only([hostile]), '"><script>')
    root = ET.fromstring(text)
    assert "<script" not in text
    assert "\u202e" not in text
    assert not re.search(r"\b(?:href|on\w+|style|src)\s*=", re.sub(r'"[^"]*"|>[^<]*<', "", text))
    assert {element.tag.partition("}")[2] for element in root.iter()} <= {
        "svg",
        "title",
        "desc",
        "line",
        "g",
        "text",
        "path",
        "rect",
    }


def boxes(root: ET.Element) -> list[tuple[float, float, float, float]]:
    found = []
    for element in root.iter("{http://www.w3.org/2000/svg}text"):
        size = float(element.get("font-size", "12"))
        width = ladder._length(element.text or "") * WIDE * size / 12
        left = float(element.get("x", "")) - {"middle": width / 2, "end": width}.get(element.get("text-anchor", ""), 0)
        y = float(element.get("y", ""))
        found.append((left, left + width, y - 0.75 * size, y + 0.2 * size))
    return found


LONG = "SIP/2.0 486 " + "Occupé 日本語 " * 12
SENT = st.sampled_from(
    [*CALL, CALL[0]._replace(message=message(LONG, "7 INVITE", body=SDP * 3)), CALL[3]._replace(source=b"a" * 300)]
) | st.builds(
    Heard,
    st.integers(1, 99),
    st.none() | st.floats(0, 2e9),
    st.binary(max_size=30),
    st.binary(max_size=30),
    st.just(b""),
    st.builds(lambda one, two: one + two, st.binary(max_size=30), st.sampled_from([CALL[0].message, b"", SDP])),
)


@given(st.lists(SENT, min_size=1, max_size=14))
def test_no_text_stands_on_another(heard: list[Heard]) -> None:
    for dialog in ladder.dialogs(heard):
        root = drawn(dialog)
        width = float(root.get("width", ""))
        for one in boxes(root):
            assert one[0] >= 0
            assert one[1] <= width + 1
        for (left, right, top, bottom), other in combinations(boxes(root), 2):
            apart = right <= other[0] or other[1] <= left or bottom <= other[2] or other[3] <= top
            assert apart
