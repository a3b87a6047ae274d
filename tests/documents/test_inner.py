from __future__ import annotations

import pytest

from scrubber.documents.inner import inner, is_excerpt
from tests.documents.read import cells
from tests.passes import DOUBLING, doubling


@pytest.mark.parametrize(
    "value",
    [b'{"a":"Wanda"}', b'["Wanda"]', b"<a><b>Wanda</b></a>", b"INVITE sip:Wanda@x.example SIP/2.0\r\nTo: x\r\n"],
)
def test_documents_are_read(value: bytes) -> None:
    new = inner(value, cells())
    assert new is not None
    assert b"Wanda" not in new


@pytest.mark.parametrize("value", [b"", b"Wanda", b"{Wanda}", b"<Wanda>", b"[1]", b"SIP/2.0"])
def test_other_values_are_not(value: bytes) -> None:
    assert inner(value, cells()) is None


LOG = b"""UDP 192.0.2.1:5060 -> 192.0.2.2:5060
REGISTER sip:pbx.acme.example SIP/2.0
Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK471
From: "Wanda Doeberg" <sip:wanda@pbx.acme.example>;tag=471a
Call-ID: 471@192.0.2.1
CSeq: 2 REGISTER
"""
STAMPED = b"".join(
    b"2026-11-21 10:15:0%d WARNING[8] chan.c: no reply from wanda@pbx.acme.example\n" % i for i in range(9)
)


@pytest.mark.parametrize("value", [LOG, b"seen today:\n" + LOG, STAMPED, STAMPED.replace(b"2026-11-21", b"Nov 21")])
def test_pieces_of_logs_are_read_line_by_line(value: bytes) -> None:
    new = inner(value, cells())
    assert new is not None
    assert [word for word in (b"anda", b"Doeberg", b"acme", b"192.0.2.2:") if word in new] == []
    kept = (
        (b"REGISTER sip:", b"SIP/2.0", b"CSeq: 2") if b"CSeq" in value else (b"10:15:08 WARNING[8] chan.c: no reply",)
    )
    assert [word for word in kept if word not in new] == []


@pytest.mark.parametrize("value", [b"a\nb\nc\nd\ne", b"called at 10:15:02\nwanda\nwards\n", LOG.replace(b"\n", b" ")])
def test_other_lines_are_no_log(value: bytes) -> None:
    assert not is_excerpt(value)


@pytest.mark.parametrize("unit", [b"\nINVITE sip:a ", b"\n", b"\nNov 21 10:15:", b" sip:", b"\n A A A"])
def test_looking_for_a_log_takes_linear_time(unit: bytes) -> None:
    assert doubling(is_excerpt, unit) <= DOUBLING


def test_depth_is_bounded() -> None:
    text = "Wanda"
    for _ in range(9):
        text = '{"a":"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"}'
    new = inner(text.encode(), cells())
    assert new is not None
    assert b"Wanda" not in new
