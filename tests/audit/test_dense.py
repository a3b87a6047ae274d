"""Runs of base64 and hexadecimal digits are decoded wherever they begin."""

from __future__ import annotations

import base64

import pytest

from scrubber.audit import dense

TEXT = b"to alice.doe and on"


def says(pairs: object) -> bytes:
    return b"|".join(text for _, text in pairs)  # type: ignore[attr-defined]


@pytest.mark.parametrize("before", [b"", b"a", b"ab", b"abc"])
def test_base64_from_any_letter(before: bytes) -> None:
    run = before + base64.b64encode(TEXT)
    assert b"alice.doe" in says(dense.base64(run, run))


def test_base64_over_lines() -> None:
    run = base64.b64encode(b"x" * 30 + TEXT * 3)
    lines = b"\n".join(run[at : at + 24] for at in range(0, len(run), 24)) + b"\n"
    assert TEXT * 3 in says(dense.base64(lines, lines.replace(b"\n", b" ")))


def test_words_are_no_base64() -> None:
    assert list(dense.base64(b"", b"registration\nasterisk\n12345678")) == []


def test_base64_of_a_whole_text() -> None:
    assert says(dense.base64_whole(b"", base64.b64encode(b"dave:secret"))) == b"dave:secret"
    assert list(dense.base64_whole(b"", b"Registration")) == []


@pytest.mark.parametrize(
    "text",
    [
        TEXT.hex(),
        "a" + TEXT.hex(),
        TEXT.hex(":"),
        TEXT.hex(" "),
        TEXT.hex(" ", 2),
        ", ".join(f"0x{octet:02x}" for octet in TEXT),
    ],
)
def test_hexadecimal(text: str) -> None:
    block = b"here " + text.encode() + b" ends"
    assert b"alice.doe" in says(dense.hexadecimal(block, b"\n".join(block.split())))


def test_rows_of_a_dump_are_joined() -> None:
    rows = b"\n".join(
        b"%04x: %b  text" % (at, TEXT[at : at + 8].hex(" ").encode()) for at in range(0, len(TEXT) - 3, 8)
    )
    assert b"alice.doe" in says(dense.hexadecimal(rows, b""))


def test_characters_behind_a_plus_sign() -> None:
    def read(text: bytes) -> list[bytes]:
        return [says for _, says in dense.utf7(text, b"")]

    assert read("from Zdeňka, Жанна".encode("utf-7")) == ["from Zdeňka, Жанна".encode()]
    assert read(b"a+-b") == [b"a+b"]
    assert read(b"+442079460958 +1 (555) 0100-x") == []
    assert read(b"+ADs") == []
    assert read(b"+2D0AAAAA- half of a pair") == []
