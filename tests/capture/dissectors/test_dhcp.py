"""DHCP for IPv4: the fixed part and every kind of option."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import domain
from scrubber.capture.dissectors import dhcp
from scrubber.model import Entity
from tests.capture.wire import flow, learning, rewriting

MAC = bytes.fromhex("00005e005301")
ADDRESS = bytes((198, 51, 100, 7))
DHCP = flow(68, 67)
PBX = b"\x03pbx\x07example\x03com\0"
PLANTED = (b"alice", b"Alice", b"pbx", b"example", b"hunter22", MAC, MAC.hex().encode(), ADDRESS, b"acmewidgets")


def option(code: int, value: bytes) -> bytes:
    return bytes((code, len(value))) + value


def message(*options: bytes, sname: bytes = b"", file: bytes = b"") -> bytes:
    fixed = b"\1\1\6\0" + b"\xde\xad\xbe\xef" + bytes(4) + ADDRESS * 4 + MAC.ljust(16, b"\0")
    return fixed + sname.ljust(64, b"\0") + file.ljust(128, b"\0") + b"\x63\x82\x53\x63" + b"".join(options) + b"\xff"


def options_of(payload: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 240
    while payload[at] != 255:
        size = payload[at + 1]
        found.append((payload[at], payload[at + 2 : at + 2 + size]))
        at += 2 + size
    return found


def rewritten(payload: bytes) -> bytes:
    new = dhcp.dissect(payload, DHCP, rewriting())
    assert new is not None
    return new


def test_fixed_part() -> None:
    to = rewriting()
    new = dhcp.dissect(message(sname=b"pbx.example.com", file=b"SEP00005E005301.cnf.xml"), DHCP, to)
    assert new is not None
    assert new[:12] == message()[:12]
    assert new[12:28] == to.ipv4(ADDRESS) * 4
    assert new[28:44] == to.mac(MAC) + bytes(10)
    assert new[44:108].rstrip(b"\0") == to.value(Entity.HOST, b"pbx.example.com", "test")
    assert new[108:236].startswith(b"SEP%b.cnf.xml\0" % to.mac(MAC).hex().upper().encode())


@pytest.mark.parametrize(
    ("code", "value"),
    [
        (53, b"\1"),
        (51, b"\0\0\x0e\x10"),
        (55, b"\1\3\6\x42\x96"),
        (57, b"\5\xdc"),
        (132, b"\0\x64"),
        (1, b"\xff\xff\xff\0"),
        (60, b"MSFT 5.0"),
        (80, b""),
    ],
)
def test_numbers_and_codes_stay(code: int, value: bytes) -> None:
    assert options_of(rewritten(message(option(code, value)))) == [(code, value)]


REPLACED = [
    (12, b"alice-laptop"),
    (15, b"pbx.example.com"),
    (50, ADDRESS),
    (3, ADDRESS * 2),
    (54, ADDRESS),
    (61, b"\1" + MAC),
    (61, b"\0alice-laptop"),
    (61, b"\xff\x5e\x00\x53\x01\0\3\0\1" + MAC),
    (66, b"https://alice:hunter22@pbx.example.com/cfg"),
    (67, b"cfg00005e005301.xml\0"),
    (43, option(1, b"http://pbx.example.com/") + option(2, b"\1\2alice") + b"\0\xff"),
    (43, b"http://pbx.example.com/00005e005301.cfg"),
    (60, b"acmewidgets 7.1"),
    (77, b"\x05alice"),
    (81, b"\0\0\0alice-laptop.example.com"),
    (81, b"\4\0\0" + PBX),
    (81, b"\4\0\0\x05alice"),
    (82, option(1, b"alice 0/1") + option(2, MAC) + option(5, ADDRESS)),
    (90, b"\1\1\0alicedoehunter22"),
    (97, b"\0" + b"alicedoehunter22"),
    (119, PBX + b"\x03sip\xc0\x04"),
    (120, b"\0" + PBX),
    (120, b"\1" + ADDRESS),
    (120, b"\2alice"),
    (121, b"\x18\xc6\x33\x64" + ADDRESS),
    (125, b"\0\0\x0d\xe9\x07" + option(1, b"alice")),
    (150, ADDRESS * 2),
    (160, b"https://pbx.example.com/"),
    (224, b"alice"),
    (53, b"alice"),
    (3, ADDRESS + b"al"),
    (77, b"\x05alice\x07phones1"),
    (77, b"alice"),
]


@pytest.mark.parametrize(("code", "value"), REPLACED)
def test_values_go(code: int, value: bytes) -> None:
    payload = message(option(53, b"\1"), option(code, value))
    new = rewritten(payload)
    found = options_of(new)
    assert [kind for kind, _ in found] == [53, code]
    assert found[1][1] != value
    for planted in PLANTED:
        assert planted not in new, planted
    assert dhcp.dissect(payload, DHCP, learning()[0]) == payload


def test_values_agree_with_other_places() -> None:
    to = rewriting()
    new = dhcp.dissect(message(*(option(code, value) for code, value in REPLACED)), DHCP, to)
    assert new is not None
    found = [value for _, value in options_of(new)]
    assert found[1] == to.value(Entity.HOST, b"pbx.example.com", "test")
    assert found[5] == b"\1" + to.mac(MAC)
    assert found[15] == b"\4\0\0" + domain.written(
        domain.mapped((b"pbx", b"example", b"com"), to), 0, {}, pointed=False
    )
    assert found[24] == b"\x18" + to.ipv4(bytes((198, 51, 100, 0)))[:3] + to.ipv4(ADDRESS)


def test_classes_of_a_user_keep_their_lengths() -> None:
    ((_, new),) = options_of(rewritten(message(option(77, b"\5alice\7phones1"))))
    assert (new[0], new[6], len(new)) == (5, 7, 14)


def test_options_in_other_fields() -> None:
    payload = message(option(52, b"\3"), sname=option(12, b"alice") + b"\xff", file=option(67, b"alice.cfg") + b"\xff")
    new = rewritten(payload)
    assert b"alice" not in new
    assert new[44:46] == b"\x0c\x05"
    assert new[108:110] == b"\x43\x09"
    assert len(new) == len(payload)


def test_what_follows_the_end_is_blanked() -> None:
    assert rewritten(message() + b"alice") == rewritten(message()) + bytes(5)
    assert b"alice" not in rewritten(message(file=b"x.cfg\0alice"))


@pytest.mark.parametrize(
    ("payload", "ports", "expected"),
    [
        (message(), (68, 67), True),
        (message(), (40000, 5060), False),
        (message()[:200], (68, 67), False),
        (b"INVITE sip:alice@example.com SIP/2.0".ljust(300), (68, 67), False),
    ],
)
def test_claims(payload: bytes, ports: tuple[int, int], expected: bool) -> None:
    assert dhcp.claims(payload, flow(*ports)) is expected


@given(st.binary(max_size=100))
def test_any_options(rest: bytes) -> None:
    payload = message()[:-1] + rest
    assert len(rewritten(payload)) > 0
    assert dhcp.dissect(payload, DHCP, learning()[0]) == payload


@given(st.binary(max_size=400))
def test_any_octets(payload: bytes) -> None:
    dhcp.dissect(payload, DHCP, rewriting())
    assert dhcp.dissect(payload, DHCP, learning()[0]) in (None, payload)


@given(st.sampled_from(sorted(dhcp._OPTIONS)), st.binary(max_size=40))
def test_any_value_leaves_the_options_whole(code: int, value: bytes) -> None:
    payload = message(option(code, value), option(53, b"\1"))
    assert [kind for kind, _ in options_of(rewritten(payload))] == [code, 53]
    assert dhcp.dissect(payload, DHCP, learning()[0]) == payload


def test_octets_of_a_vendor_are_no_text() -> None:
    inner = option(1, bytes((213, 241, 91, 77))) + option(2, b"Marla")
    new = rewritten(message(option(43, inner)))
    assert bytes((213, 241, 91, 77)) not in new
    assert b"Marla" not in new


def test_a_relay_keeps_the_form_of_its_vendors() -> None:
    new = rewritten(message(option(82, option(9, b"\0\0\0\x09\5marla"))))
    assert b"\0\0\0\x09\5" in new
    assert b"marla" not in new
