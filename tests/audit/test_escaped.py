"""Escapes are undone around their marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from scrubber.audit import escaped


@pytest.mark.parametrize(
    ("read", "text", "says"),
    [
        (escaped.percent, b"x%41lice%2540", b"xAlice@"),
        (escaped.percent, b"Jane+M+Doe", b"Jane M Doe"),
        (escaped.backslash, b'"Jos\\u00e9 \\ud83d\\ude00 \\/ \\x41\\101"', 'José 😀 / AA"'.encode()),
        (escaped.backslash, b"#303#251 #xc3#xa9", "é é".encode()),
        (escaped.references, b"&lt;Jos&eacute;&#64;&#x41;&amp;#66;", "<José@AB".encode()),
        (escaped.quoted_printable, b"a =41=6C b=\r\nc", b"Al b="),
        (escaped.soft_broken, b"a =41=6C b=\r\nc", b"Al bc"),
        (escaped.encoded_words, b"=?utf-8?q?Al=69?=\r\n =?utf-8?b?Y2U=?=", b"Alice"),
        (escaped.look_alike, "Ａｌｉ\u200bce ٣".encode(), b"Alice 3"),
        (escaped.look_alike, b"xn--mller-kva", "müller".encode()),
    ],
)  # fmt: skip
def test_escapes(read: Callable[[bytes, bytes], Iterable[tuple[bytes, bytes]]], text: bytes, says: bytes) -> None:
    assert any(says in said for _, said in read(text, b"\n".join(text.split())))
    assert list(read(b"nothing of the kind here", b"nothing\nof\nthe\nkind")) == []


def test_a_long_line_is_read_in_pieces_that_overlap() -> None:
    text = b"%41" * 3000
    assert max(len(piece) for piece, _ in escaped.percent(text, text)) <= 2 * escaped.BEHIND
