"""Lines of exported chats: who wrote, what, and which lines of logs are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.detectors import chat
from scrubber.model import Entity
from tests.passes import DOUBLING, doubling

NAME, TEXT = Entity.NAME, Entity.TEXT


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[21.11.26, 10:15:02] Alice Doe: see you", [("Alice Doe", NAME), ("see you", TEXT)]),
        ("\u200e[21.11.26, 10:15:02] Алиса: \u200eimage omitted", [("Алиса", NAME), ("\u200eimage omitted", TEXT)]),
        ("21/11/2026, 10:15 - Bob: pw is hunter2", [("Bob", NAME), ("pw is hunter2", TEXT)]),
        ("11/9/26, 10:19\u202fAM - +1 555-0100: ok", [("+1 555-0100", NAME), ("ok", TEXT)]),
        ("[21/11/2026, 10:15 AM] ~ Bob: hi", [("Bob", NAME), ("hi", TEXT)]),
        ("[21.11.2026 10:15:02] Alice Doe: see you", [("Alice Doe", NAME), ("see you", TEXT)]),
        ("Alice Doe, [21.11.2026 10:22]", [("Alice Doe", NAME)]),
        ("[10:15] Alice Doe", [("Alice Doe", NAME)]),
        ("[Monday 10:15] Alice Doe", [("Alice Doe", NAME)]),
        ("Alice Doe  10:15 AM", [("Alice Doe", NAME)]),
        ("alice_d — Today at 10:15", [("alice_d", NAME)]),
        ("[10:15] Alice van der Doe", [("Alice van der Doe", NAME)]),
        ("Алиса Доу  10:15", [("Алиса Доу", NAME)]),
        ("Alice Doe, 10:15:", [("Alice Doe", NAME)]),
        ("Alice (21/11/2026 10:15):", [("Alice", NAME)]),
        ("Alice Doe wrote at 10:15:", [("Alice Doe", NAME)]),
        ("[10:15] Alice: see you", [("Alice", NAME)]),
        ("10:15 Alice: see you", [("Alice", NAME)]),
        ("21.11.2026 10:15:02 Alice van der Doe: ok", [("Alice van der Doe", NAME)]),
        ("Alice (10:15): see you", [("Alice", NAME)]),
        ("Alice Doe [21.11.2026, 10:15]: ok", [("Alice Doe", NAME)]),
        ("10:15 <@alice_d> see you", [("alice_d", NAME)]),
        ("[10:15] <Алиса> ok", [("Алиса", NAME)]),
        ("10:15 Alice:", []),
        ("10:15:02.123 Alice: x", []),
        ("10:15 <b>x</b>", []),
        ("[10:15:02] res_pjsip: x", []),
        ("[10:15:02] Call ended", []),
        ("alice, 10:15:", []),
        ("System uptime  10:15", []),
        ("[2026-11-09 10:00:00] NOTICE[123]: chan_sip.c: Registration failed", []),
        ("[2026-11-09 10:00:00] Asterisk 20.1.0 built by x", []),
        ("[09/11/2026 10:15:02] ERROR: no route", []),
        ("2026-11-09 10:15:02,123 - module: text", []),
        ("10:15:02.123 pjsua_core.c .TX 1234 bytes", []),
        ("Nov  9 10:15:02 pbx1 asterisk[12]: NOTICE", []),
        ("[10:15:02] sip:1001@pbx.example.com", []),
        ("", []),
    ],
)
def test_lines(line: str, expected: list[tuple[str, Entity]]) -> None:
    text = line.encode()
    assert [(text[item.start : item.end].decode(), item.entity) for item in chat.find(text)] == expected


@pytest.mark.parametrize(
    ("line", "speaking"),
    [
        ("[10:15] Alice: see you", True),
        ("10:15 <alice> <b>", True),
        ("Alice (10:15): ok", True),
        ("Alice: ok", False),
        ("[10:15] alice: ok", False),
        ("[21.11.26, 10:15:02] Alice Doe: see you", False),
    ],
)
def test_who_speaks(line: str, *, speaking: bool) -> None:
    assert chat.speaks(line.encode()) is speaking


@pytest.mark.parametrize("unit", [b"1.1.1, ", b"10:15 A a ", b"A b ", b"10:15 <a", b"A (1.1.1 "])
def test_time_is_linear(unit: bytes) -> None:
    def work(data: bytes) -> None:
        list(chat.find(data))
        chat.speaks(data)

    assert doubling(work, unit) <= DOUBLING


@given(
    st.lists(st.sampled_from([b"[", b"]", b"21.11.26, ", b"10:15", b" - ", b"A b", b": ", b"\xff", b", ["])).map(
        b"".join
    )
)
def test_any_bytes(line: bytes) -> None:
    found = list(chat.find(line))
    assert all(0 <= item.start < item.end <= len(line) for item in found)
    shape = bytes(0x30 if 0x30 <= byte <= 0x39 else byte for byte in line)
    assert list(chat.find(shape)) == found
