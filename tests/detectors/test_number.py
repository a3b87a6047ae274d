from __future__ import annotations

import pytest

from scrubber.detectors import number
from scrubber.model import Entity

HITS: list[tuple[bytes, list[bytes]]] = [
    (b"guardia (936 41 08 57) y", [b"936 41 08 57"]),
    (b"numer 514 807 263, kom. 517290846", [b"514 807 263", b"517290846"]),
    (b"odbiera pod 127 604 918", [b"127 604 918"]),
    (b"celular (11) 94051-3380", [b"(11) 94051-3380"]),
    # international notation
    (b"+15550100123", [b"+15550100123"]),
    (b"phone: +44.2079460958", [b"+44.2079460958"]),
    (b"dial `*7215550100123` and wait", [b"15550100123"]),
    (b"to extension '+442079460123' sending 100", [b"+442079460123"]),
    (b"from +442079460123 18:03:12 to", [b"+442079460123"]),
    (b"+44 20 7946 0123, +44 (0)20 7946 0123", [b"+44 20 7946 0123", b"+44 (0)20 7946 0123"]),
    (b"+1-555-555-0187 +1 (555) 555-0187.", [b"+1-555-555-0187", b"+1 (555) 555-0187"]),
    (b"+44 20 7946 0123 18:03:12", [b"+44 20 7946 0123"]),
    ("+44\u00a020\u00a07946\u00a00958".encode(), ["+44\u00a020\u00a07946\u00a00958".encode()]),
    (b"PHONE=+442079460123,x num=+15550100123/x", [b"+442079460123", b"+15550100123"]),
    (b'"\\n+442079460123"', [b"+442079460123"]),
    (b"sip:%2B442079460123@h", [b"%2B442079460123"]),
    # national notation
    (b"(555) 555-0187", [b"(555) 555-0187"]),
    (b"(02) 5550 0123", [b"(02) 5550 0123"]),
    (b"caller 8 (495) 555-00-17", [b"8 (495) 555-00-17"]),
    (b"020 7946 0123", [b"020 7946 0123"]),
    (b"020 / 7946 0123", [b"020 / 7946 0123"]),
    (b"telefon 20 79 460 123", [b"20 79 460 123"]),
    (b"030 23125000;", [b"030 23125000"]),
    (b"s=030 23125000", [b"030 23125000"]),
    (b"fax:030 23125000", [b"030 23125000"]),
    (b"tel 030/23125000", [b"030/23125000"]),
    (b"03-1234-5000", [b"03-1234-5000"]),
    (b"<Telephone>01 99 00 12 34</Telephone>", [b"01 99 00 12 34"]),
    (b"ring 07700 900123 re", [b"07700 900123"]),
    (b"dial 00 44 20 7946 0123", [b"00 44 20 7946 0123"]),
    (b"555-555-0187 555.555.0187", [b"555-555-0187", b"555.555.0187"]),
    (b"1-800-555-0100 now", [b"1-800-555-0100"]),
    # by what stands around it
    (b"'447700900123' \"5550100\" <442079460123>", [b"447700900123", b"5550100", b"442079460123"]),
    (b"15550100@from-internal", [b"15550100"]),
    (b"phone 5550100", [b"5550100"]),
    (b"Caller number: 555 0100 ok", [b"555 0100"]),
    (b"calling 15550100->15550199", [b"15550100"]),
    # of dial plans
    (b"'_15550100123' => 1. Answer(), _0207946XXXX", [b"15550100123", b"0207946"]),
    (b"Goto(from-trunk,_15550100123,1)", [b"15550100123"]),
    (b"_+4420794609XX and _0207946[0-5]XX and _0207946.", [b"+4420794609", b"0207946", b"0207946"]),
    (b"_1740938592X", [b"1740938592"]),
]

CALLERS: list[tuple[bytes, list[bytes]]] = [
    (b'"Alice Doe" <1001>', [b"1001"]),
    (b"Alice Doe <1001> calls", [b"1001"]),
    ("Жанна <1001>".encode(), [b"1001"]),
    (b'CLCID: "Alice" <1001> 12345678', [b"1001"]),
    (b"code <200>, line <12>", []),
    (b"<134>Mar  2 pbx1", []),
    (b"payload = <101>", []),
]

MISSES: list[bytes] = [
    b"  +0.000912 INVITE +32.000145 ACK",
    b"936 41 08 57 11 of 1 936 41 08 57 x936 41 08 57",
    b"237 75 72 24",
    b"",
    b"*97 *7242 **4711 *1234567890123456789",
    b"1740938592 '1740938592' \"1740938592345\"",
    b"2025-03-02T18:03:12.345+0000 2025-03-02 18:03:12.345678 +0100",
    b"type 00, seq 001234, ts 000160, len 000160",
    b"0x0010:  0045 1234 5678 9012 aabb",
    b"00000010  01 99 00 12 34 30 31",
    b"03-02-2025 18:03:12 02/03/2025 18 02 03 2025 18",
    b"_1740938592 _1001XXX x_15550100123 __15550100123 _15550100123_x _15550100123a 1_15550100123",
    b"start 1740938592.338015 end 123456789.123456",
    b"8912896 and 4456448 bytes, shm size: 67108864",
    b'ts="123456789" "cseq": "271491239" SSRC \'123456789\' id="5550100"',
    b"version 30000070 (0x30000070)",
    b"1-30412@192.0.2.1 192.0.2.1 198.51.100.7",
    b"call C-0000001a on [12345] pid=4067",
    b"3f2504e0-4512-8901-9a0c-030578901234 a5550100b",
    b"count (16) 200 300 total",
    b"port range 18000 -> 18200, 2130706431",
    b"phone 12345 tel: none",
    b"555-0100 555-01",
    b"nc: \"00000001\" id '0000012345'",
    b"Sequence Number: 4872345 Acknowledgment Number: 555 0100",
    b'ack no \'55501001\' frame number "5550100" "140735123456789"',
]


def found(text: bytes, entity: Entity = Entity.NUMBER) -> list[bytes]:
    return [text[item.start : item.end] for item in number.find(text) if item.entity is entity]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_numbers_are_found(text: bytes, expected: list[bytes]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(("text", "expected"), CALLERS)
def test_the_number_of_a_caller_id_is_an_extension(text: bytes, expected: list[bytes]) -> None:
    assert found(text, Entity.EXTENSION) == expected


@pytest.mark.parametrize("text", MISSES)
def test_other_digits_stay(text: bytes) -> None:
    assert list(number.find(text)) == []


BARE: list[tuple[bytes, bytes, list[bytes]]] = [
    (b"447700900123", b"", [b"447700900123"]),
    (b"02079460958", b"number", [b"02079460958"]),
    (b"447700900123", b"SSRC", []),
    (b"447700900123", b"seq", []),
    (b"447700900123", b"bytes", []),
    (b"1740938592", b"", []),
    (b"1740938592", b"dialed", [b"1740938592"]),
    (b"1740938592345", b"", []),
    (b"3949927392", b"", []),
    (b"20250302180312", b"", []),
    (b"5550100", b"", []),
    (b"5550100", b"from", [b"5550100"]),
    (b"5550100", b"To", [b"5550100"]),
    (b"55501001", b"pid", []),
    (b"0000000000", b"", []),
    (b"000000420001", b"", []),
    (b"000000420001", b"dialed", [b"000000420001"]),
    (b"000442079460321", b"", [b"000442079460321"]),
    (b"123456789.123", b"", []),
    (b"a447700900123", b"", []),
    (b"447700900123 seq 447700900124 to 5550100", b"", [b"447700900123", b"5550100"]),
    (b"1234567890123456", b"from", []),
    (b"2939069412", b"SentRTP", []),
    (b"2939069412", b"SourceSSRC", []),
    (b"2939069412", b"raw", []),
    (b"2939069412", b"lsr", []),
    (b"RTP changing ssrc from 498206907 to 939123456", b"", []),
    (b"SSRC changed from 498206907, to 939123456", b"", []),
    (b"Next Sequence Number: 4872345122", b"", []),
    (b"timestamp 2931234567 ssrc=498206907 SSRC 0x12345678", b"", []),
    (b"140735123456789", b"", []),
    (b"138538465099775", b"", [b"138538465099775"]),
    (b"140735123456789", b"from", [b"140735123456789"]),
    (b"bytes from 498206907 to 939123456", b"", [b"498206907", b"939123456"]),
    (b"call from 498206907", b"", [b"498206907"]),
    (b"00442079460321", b"of", [b"00442079460321"]),
    (b"00000000442079", b"of", []),
    (b"20794603212", b"of", []),
]


@pytest.mark.parametrize(("text", "previous", "expected"), BARE)
def test_a_bare_number_is_judged_by_the_word_before(text: bytes, previous: bytes, expected: list[bytes]) -> None:
    findings = number.find_bare(text, 0, len(text), previous)
    assert [text[item.start : item.end] for item in findings] == expected


def test_a_bare_number_inside_a_line() -> None:
    text = b"Routing 447700900123 away"
    (finding,) = number.find_bare(text, 8, 20, b"Routing")
    assert (finding.start, finding.end, finding.entity) == (8, 20, Entity.NUMBER)
