from __future__ import annotations

import pytest

from scrubber.detectors import nonce
from scrubber.model import Entity

NONCE = b"1740938591/0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NONCE, [NONCE]),
        (b"Using nonce " + NONCE + b", opaque 1", [NONCE]),
        (b"nonce='" + NONCE + b"' stale " + NONCE + b".", [NONCE, NONCE]),
    ],
)
def test_nonces_are_found(text: bytes, expected: list[bytes]) -> None:
    findings = list(nonce.find(text))
    assert [text[item.start : item.end] for item in findings] == expected
    assert {item.entity for item in findings} == {Entity.NONCE}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"/",
        NONCE[1:],
        b"1" + NONCE,
        NONCE + b"0",
        NONCE[:-1],
        NONCE.upper(),
        NONCE.replace(b"/", b"-"),
        b"1740938591/spool/0123456789abcdef0123456789abcdef",
    ],
)
def test_other_text_stays(text: bytes) -> None:
    assert list(nonce.find(text)) == []


def test_a_range_cuts_the_text() -> None:
    text = b"x " + NONCE + b" " + NONCE
    (found,) = nonce.find(text, 2 + len(NONCE))
    assert text[found.start : found.end] == NONCE
    assert list(nonce.find(text, 0, len(NONCE))) == []
