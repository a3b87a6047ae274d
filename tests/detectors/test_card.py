from __future__ import annotations

import pytest

from scrubber.detectors import card
from scrubber.model import Entity

HITS: list[tuple[bytes, list[bytes]]] = [
    (b"4111111111111111", [b"4111111111111111"]),
    (b"User entered '5555555555554444'", [b"5555555555554444"]),
    (b"card: 4111 1111 1111 1111 exp 09/29", [b"4111 1111 1111 1111"]),
    (b"pan=4111-1111-1111-1111;", [b"4111-1111-1111-1111"]),
    (b"378282246310005 and 3782 822463 10005", [b"378282246310005", b"3782 822463 10005"]),
    (b"6011111111111117, 3530111333300000.", [b"6011111111111117", b"3530111333300000"]),
    (b"4222222222222", [b"4222222222222"]),
    (b"<pan>30569309025904</pan>", [b"30569309025904"]),
    (b"18:03:12 4111111111111111 was keyed in", [b"4111111111111111"]),
    (b"18:03:12 card 378282246310005 read", [b"378282246310005"]),
    (b"18:03:12 378282246310005", [b"378282246310005"]),
    (b"the thread about 378282246310005 x", [b"378282246310005"]),
    (b"Credit card for the renewal: 4111 1111 1111 1112 exp 11/28.", [b"4111 1111 1111 1112"]),
    (b"Kreditkartennummer 4111-1111-1111-1112", [b"4111-1111-1111-1112"]),
    (b"paid with VISA (4111111111111112)", [b"4111111111111112"]),
    (b"IBAN DE89370400440532013000.", [b"DE89370400440532013000"]),
    (b"to GB33 BUKB 2020 1555 5555 55 today", [b"GB33 BUKB 2020 1555 5555 55"]),
]

MISSES: list[bytes] = [
    b"",
    b"4111111111111112",
    b"DE89370400440532013001 DE8937040044053201300 AB89370400440532013000 xDE89370400440532013000",
    b"1740938592345275 9111111111111111 2111111111111111",
    b"+4111111111111111 a4111111111111111 4111111111111111b",
    b"4111111111111111.12 0.4111111111111111",
    b"41111111111111111111",
    b"0x0010:  4111 1111 1111 1111 0a0b",
    b"35209900176148 352099001761481",
    b"4111 1111-1111 1111 4111 111 111 111",
    b"4444444444444444",
    b"card 4444444444444444 card +4111111111111112",
    b"discarded 4111111111111112\ncard\n4111111111111112",
    b"3f2504e0-4111-1111-1111-111111111111",
    b"2025-03-02 18:03:12.345 378282246310005 started",
    b"x\n[2025-03-02T18:03:12+01:00] INFO [378282246310005] started",
    b"Mar  2 18:03:12 378282246310005 started",
    b"thread id: 378282246310005, tid=4111111111111111 timestamp=4111111111111111",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_card_numbers_are_found(text: bytes, expected: list[bytes]) -> None:
    findings = list(card.find(text))
    assert [text[item.start : item.end] for item in findings] == expected
    assert {item.entity for item in findings} == {Entity.CARD}


@pytest.mark.parametrize("text", MISSES)
def test_other_digits_stay(text: bytes) -> None:
    assert list(card.find(text)) == []


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        (b"4111111111111111", True),
        (b"411111111111111", False),
        (b"378282246310005", True),
        (b"3782822463100050", False),
        (b"6759649826438453", True),
        (b"7111111111111111", False),
        (b"", False),
    ],
)
def test_prefix_length_and_check_digit_decide(digits: bytes, expected: bool) -> None:
    assert card.is_card(digits) is expected


@pytest.mark.parametrize("position", range(16))
def test_one_wrong_digit_is_no_card(position: int) -> None:
    digits = bytearray(b"4012888888881881")
    assert card.is_card(bytes(digits))
    digits[position] = 0x30 + (digits[position] - 0x30 + 1) % 10
    assert not card.is_card(bytes(digits))
