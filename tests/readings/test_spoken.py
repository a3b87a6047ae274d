"""What people write below their names, and words alone in a line."""

from __future__ import annotations

import pytest

from tests.passes import cleaned


@pytest.mark.parametrize(
    ("text", "gone", "stays"),
    [
        (b"Alice Doe, 11:04:\nCould Mallory reboot it?\n", (b"Alice", b"Mallory"), b"Could"),
        (b"Alice Doe  9:41 AM\nasked Carla-Ann to reset it\nand Trudy\n", (b"Carla", b"Trudy"), b"reset it"),
        (b"Alice, 11:04:\nthe INVITE of Asterisk\n\nSynopsis by Trudy of it\n", (b"Alice",), b"Trudy of it"),
        (b"[10:15] Alice: could Mallory reboot it?\nAlice again\n", (b"Alice", b"Mallory"), b"reboot it?"),
        (b"10:15 <alice_d> die Leitung von Mallory ist tot, Techniker\n", (b"alice_d", b"Mallory"), b"Leitung von "),
        (b"Alice (10:15): ask Trudy\n", (b"Alice", b"Trudy"), b" (10:15): ask "),
        (b"x\nMallory\ny\n", (b"Mallory",), b"y"),
        (b"10117 Doeville am See\n", (b"Doeville", b"10117"), b"\n"),
    ],
)
def test_what_is_said_below_a_name(text: bytes, gone: tuple[bytes, ...], stays: bytes) -> None:
    new = cleaned(text, "plain")
    assert [value for value in gone if value in new] == []
    assert stays in new
    assert new.count(b"\n") == text.count(b"\n")


@pytest.mark.parametrize(
    "text",
    [
        b"Registration\n",
        b"5060 Errors\n",
        b"[10:15:02] Notice: Registration failed\n",
        b"10:15:02 <info> Manager started\n",
        b"[10:15] Notice: Der Techniker hat die Telefonanlage neu gestartet, Firmware und Kabel sind neu\n",
        b"11:04:\nMallory did it there\n",
        b"[2025-03-02 18:03:12] NOTICE[1] a.c: x\n[2025-03-02 18:03:13] NOTICE[1] a.c: Mallory\n",
    ],
)
def test_what_stays(text: bytes) -> None:
    assert cleaned(text, "plain") == text
