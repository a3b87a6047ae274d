from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.audit.decoded import Blocks, Fault, Frame, Piece, decoded, telling
from scrubber.model import Entity, Finding


def line(layers: object) -> bytes:
    return json.dumps({"timestamp": "17", "layers": layers}).encode()


def frame(*values: tuple[str, str], faults: frozenset[Fault] = frozenset()) -> Frame:
    return Frame(faults, values)


def test_names_and_values_of_all_layers_in_order() -> None:
    text = line({"frame": {"frame_frame_len": "60"}, "sip": [{"sip_sip_Via": ["one", "two"]}, {"text": "three"}]})
    found = decoded(text)
    assert found.values == (
        ("frame_frame_len", "60"),
        ("sip_sip_Via", "one"),
        ("sip_sip_Via", "two"),
        ("text", "three"),
    )
    assert found.faults == frozenset()


def test_a_name_that_comes_twice_keeps_both_values() -> None:
    found = decoded(b'{"layers":{"eth":{"eth_eth_addr":"a","eth_eth_addr":"b"}}}')
    assert [value for _, value in found.values] == ["a", "b"]


@pytest.mark.parametrize(
    ("layers", "fault", "protocol"),
    [
        ({"_ws_malformed": {"_ws_malformed__ws_malformed_expert": None}}, "_ws_malformed", ""),
        ({"ip": {}, "udp": {}, "sip": {}, "_ws_malformed": "x"}, "_ws_malformed", "sip"),
        ({"udp": {}, "rtp": [{"a": "b"}, {"a": "c"}], "_ws_short": {"text": "cut"}}, "_ws_short", "rtp"),
        (
            {"ip": {}, "tcp": {"a": {"_ws_expert": {"_ws_expert__ws_expert_severity": "8388608"}}}, "sip": {}},
            "_ws_expert__ws_expert_severity",
            "tcp",
        ),
    ],
)
def test_what_could_not_be_read_and_in_which_protocol(layers: object, fault: str, protocol: str) -> None:
    assert Fault(fault, protocol) in decoded(line(layers)).faults


def test_a_warning_is_no_fault() -> None:
    assert not decoded(line({"tcp": {"_ws_expert__ws_expert_severity": "6291456"}})).faults


def test_what_the_program_says_of_its_own_is_left_out() -> None:
    layers = {
        "frame": {"frame_frame_time": "2026-11-21T17:42:15Z", "frame_frame_number": "7", "frame_frame_comment": "yes"},
        "eth": {"eth_eth_src_oui_resolved": "Somebody Ltd"},
        "tls": {"tls_tls_handshake_ja3s_full": "771,4866,0-1-2-3", "tls_tls_handshake_ja3": "5bca46926654ccab"},
    }
    assert decoded(line(layers)).values == (("frame_frame_comment", "yes"),)


@pytest.mark.parametrize("text", [b"", b"{", b"[" * 100_000, b'{"layers": \xff}', b"\xff\xfe", b"marlowe"])
def test_what_is_no_json_is_one_value(text: bytes) -> None:
    assert decoded(text) == Frame(frozenset(), (("", text.decode("utf-8", "replace")),))


@given(st.recursive(st.none() | st.booleans() | st.text(), lambda inner: st.dictionaries(st.text(), inner, max_size=4)))
def test_any_json_is_read(document: object) -> None:
    values = decoded(json.dumps(document).encode()).values
    assert all(isinstance(value, str) for _, value in values)


@given(st.binary(max_size=200))
def test_any_octets_are_read(octets: bytes) -> None:
    assert isinstance(decoded(octets), Frame)


# --- what names somebody


@pytest.mark.parametrize(
    ("field", "value", "entity"),
    [
        ("ip_ip_src", "192.0.2.9", Entity.IPV4),
        ("stun_stun_att_ipv4", "203.0.113.9", Entity.IPV4),
        ("ipv6_ipv6_src", "2001:db8::1", Entity.IPV6),
        ("ipv6_ipv6_src", "::ffff:192.0.2.9", Entity.IPV6),
        ("eth_eth_src", "00:00:5e:00:53:01", Entity.MAC),
        ("e212_e212_imsi", "262013564857956", Entity.NUMBER),
        ("gsm_map_gsm_map_isdn_address_digits", "442079460958", Entity.NUMBER),
        ("isup_isup_called", "*97", None),
        ("skinny_skinny_callingParty", "2001", Entity.NUMBER),
        ("q931_q931_calling_party_number_digits", "2001", Entity.NUMBER),
        ("gsm_a_3gpp_tmsi", "0x11223344", Entity.IDENTIFIER),
        ("gsm_a_3gpp_tmsi", "0x00000000", None),
        ("gtp_gtp_teid", "0xcafeb0b5", Entity.IDENTIFIER),
        ("sip_sip_from_user", "marlowe", Entity.USER),
        ("radius_radius_User_Name", "marlowe", Entity.USER),
        ("sip_sip_from_display_info", "Philip Marlowe", Entity.NAME),
        ("dns_dns_qry_name", "marlowe.example", Entity.HOST),
        ("dns_dns_resp_name", "<Root>", None),
        ("ftp_ftp_request_password", "hunter2", Entity.SECRET),
        # False friends.
        ("dhcp_dhcp_option_subnet_mask", "255.255.255.0", None),
        ("stun_stun_att_software", "4.6.1.2", None),
        ("dhcp_dhcp_cookie", "99.130.83.99", None),
        ("q931_q931_number_of_digits", "11", None),
        ("e164_e164_country_code", "44", None),
        ("stun_stun_att_tie-breaker", "0a:0b:0c:0d:0e:0f:10:11", None),
        ("udp_udp_port", "5060", None),
        ("sip_sip_from_user", "m", None),
        ("sip_sip_from_user", "m" * 300, None),
    ],
)
def test_what_a_value_is(field: str, value: str, entity: Entity | None) -> None:
    assert telling(frame((field, value))) == ({(field, 1): (entity, value)} if entity else {})


def test_values_of_a_field_are_told_apart_by_their_order() -> None:
    told = telling(frame(("ip_ip_addr", "10.0.0.1"), ("ip_ip_addr", "10.0.0.2")))
    assert [place for _, place in told] == [1, 2]


# --- what is searched


def all_of(*frames: Frame) -> bytes:
    blocks = Blocks()
    texts = [block.text for number, each in enumerate(frames, 1) if (block := blocks.add(number, each))]
    return b"".join([*texts, blocks.rest().text])


def test_a_value_that_comes_again_is_searched_once() -> None:
    text = all_of(frame(("a", "marlowe"), ("b", "marlowe")), frame(("c", "marlowe")))
    assert text.count(b"marlowe") == 1


def test_short_numbers_are_quoted_where_they_are_one() -> None:
    text = all_of(frame(("sip_sip_from_user", "2001"), ("udp_udp_port", "2001")))
    assert text.split(b"\n\0\n") == [b'"2001"', b"2001"]


def test_octets_are_searched_as_octets_and_addresses_as_both() -> None:
    long = b"marlowe, and more"
    text = all_of(frame(("data_data_data", long.hex(":")), ("eth_eth_src", "00:00:5e:00:53:01")))
    assert text.split(b"\n\0\n") == [long, bytes.fromhex("00005e005301"), b"00:00:5e:00:53:01"]


def test_blocks_come_when_there_is_enough() -> None:
    blocks = Blocks()
    given_back = [blocks.add(number, frame(("a", f"{number:0100000}"))) for number in range(6)]
    assert [block is not None for block in given_back] == [False, False, True, False, False, True]
    assert blocks.rest().text == b""


@pytest.mark.parametrize(
    ("octets", "counts"),
    [(b"\x01bob\x02", False), (b"call bob now", True), (b"\x01\x02marlowe\x03", True), (b"bob now!", True)],
)
def test_a_short_value_in_octets_counts_in_a_text_alone(octets: bytes, counts: bool) -> None:
    blocks = Blocks()
    blocks.add(3, frame(("before", "1"), ("data_data_data", octets.hex(":")), ("after", "2")))
    block = blocks.rest()
    hits = [
        Finding(match.start(), match.end(), Entity.USER, "known") for match in re.finditer(b"bob|marlowe", block.text)
    ]
    placed = list(block.placed(hits))
    assert bool(placed) is counts
    for piece, _ in placed:
        assert (piece.frame, piece.field, piece.octets) == (3, "data_data_data", True)


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=40)), max_size=20))
def test_every_value_is_in_a_block_at_its_place(values: list[tuple[str, str]]) -> None:
    blocks = Blocks()
    blocks.add(1, frame(*values))
    block = blocks.rest()
    for piece in block.pieces:
        assert isinstance(piece, Piece)
        assert 0 <= piece.start <= len(block.text)
    for _, value in values:
        assert value.encode("utf-8", "replace") in block.text or re.fullmatch(r"[0-9a-f:]+", value)
