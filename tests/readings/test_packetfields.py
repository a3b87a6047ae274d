from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.learn import Learner
from scrubber.readings import packetfields
from scrubber.readings.message import Messages
from tests.passes import DOUBLING, complete, doubling, rule_set


def writing() -> Messages:
    return Messages(complete())


def learning() -> Messages:
    return Messages(Learner(rule_set()).reader)


@pytest.mark.parametrize(
    ("name", "value", "gone"),
    [
        (b"sip.from.user", b"carla.moss", b"carla"),
        (b"sip_sip_from_user", b"carla.moss", b"carla"),
        (b"sip.From", b'"Carla Moss" <sip:cmoss@voip.mossgruppe.at>;tag=5f6e', b"moss"),
        (b"sip.display.info", b'"Carla Moss"', b"Carla"),
        (b"sip.auth.cnonce", b'"19ea7f1dc41cdd5f"', b"19ea7f1d"),
        (b"sip.auth.digest.response", b'"24e4aaeee62ffd9522fd8a189fac9610"', b"24e4aaee"),
        (b"sip.icid_value", b'"acme-88213"', b"acme"),
        (b"sip.Call-ID", b"a84b4c76e66710@pc33", b"a84b4c76"),
        (b"sip.msg_hdr", b"Call-ID: a84b4c76e66710\r\nX-Customer: Acme Widgets\r\n", b"Acme"),
        (b"sdp.owner", b"carla 4815162342 1 IN IP4 198.51.100.23", b"4815162342"),
        (b"sdp.crypto.master_key", b"d0RmdmcmVCspeEc3", b"d0Rm"),
        (b"dns.qry.name", b"_sip._udp.mossgruppe.at", b"moss"),
        (b"http.authbasic", b"carla:hunter22", b"hunter22"),
        (b"http.file_data", b"see you at nine", b"nine"),
        (b"xml.cdata", b"Carla", b"Carla"),
        (b"json.value.string", b"Carla Moss", b"Carla"),
        (b"ldap.simple", b"hunter22", b"hunter22"),
        (b"radius.User_Name", b"carla", b"carla"),
        (b"data.data", b"63:61:72:6c:61", b"63:61"),
        (b"ip.src_raw", b"0a49290a", b"0a49"),
        (b"frame_raw", b"3333000000020a49290a", b"3333"),
        (b"", b"X-Customer: Acme Widgets", b"Acme"),
    ],
)
def test_what_a_field_holds_goes(name: bytes, value: bytes, gone: bytes) -> None:
    new = packetfields.field(name, value, writing())
    assert new is not None
    assert gone not in new
    assert packetfields.field(name, value, learning()) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"sip.CSeq", b"1 REGISTER"),
        (b"sip.Via.transport", b"UDP"),
        (b"sip.Status-Code", b"200"),
        (b"sip.auth.qop", b"auth"),
        (b"sdp.media", b"audio 4000 RTP/AVP 0 8 101"),
        (b"tcp.srcport", b"5060"),
        (b"frame.len", b"367"),
        (b"xml.tag_tree", b"x"),
        (b"udp.checksum.status", b"2"),
    ],
)
def test_what_is_nobodys_stays(name: bytes, value: bytes) -> None:
    assert packetfields.field(name, value, writing()) in (None, value)


@pytest.mark.parametrize("name", [b"password", b"name", b"a.", b".b", b"Alice Doe.x", b"call-id"])
def test_other_names_are_none_of_a_packet(name: bytes) -> None:
    assert packetfields.field(name, b"x", writing()) is None


def shown(line: bytes) -> bytes | None:
    return packetfields.element(line, writing(), lambda name, decoded: decoded)


def test_octets_agree_with_what_is_shown() -> None:
    new = shown(b'  <field name="sip.from.user" showname="User Part: cmoss" size="5" show="cmoss" value="636d6f7373"/>')
    assert new is not None
    value = new.split(b'show="')[1].split(b'"')[0]
    assert b'value="' + value.hex().encode() + b'"' in new
    assert b"User Part: " + value in new
    assert b"cmoss" not in new


def test_octets_of_a_header_field_agree() -> None:
    line = b'<field name="sip.Call-ID" showname="Call-ID: a84b4c" show="a84b4c" value="%b"/>'
    new = shown(line % b"Call-ID: a84b4c\r\n".hex().encode())
    assert new is not None
    value = new.split(b'show="')[1].split(b'"')[0]
    assert (b"Call-ID: " + value + b"\r\n").hex().encode() in new


def test_numbers_keep_their_octets_and_others_are_zeroed() -> None:
    assert shown(b'<field name="udp.length" showname="Length: 333" show="333" value="014d"/>') == (
        b'<field name="udp.length" showname="Length: 333" show="333" value="014d"/>'
    )
    new = shown(b'<field name="udp.payload" showname="UDP payload" show="" value="494e56495445"/>')
    assert new is not None
    assert b'value="000000000000"' in new


@pytest.mark.parametrize("line", [b"<proto name='x'>", b"field", b'<field show="x', b'<field name="a.b" show="<"/>'])
def test_other_lines_are_no_element(line: bytes) -> None:
    assert shown(line) is None


def test_octets_alone_on_a_line() -> None:
    assert packetfields.octets(b'          "0a49290a",', writing()) == b'          "00000000",'
    assert packetfields.octets(b'" value="5669613a20"/>', writing()) == b'" value="0000000000"/>'
    for line in (b'"0a49290a",', b'          "12",', b'          "hello",', b""):
        assert packetfields.octets(line, writing()) is None


def test_a_field_of_nobodys_standard() -> None:
    new = packetfields.extension(b"X-Customer: Acme Widgets", writing())
    assert new is not None
    assert b"Acme" not in new
    assert packetfields.extension(b"Subject: x", writing()) is None


NAMES = st.sampled_from([b"sip.From", b"sip.msg_hdr", b"sdp.owner", b"xml.cdata", b"ip.src_raw", b"", b"dns.qry.name"])


@given(NAMES, st.binary(max_size=60))
def test_learning_changes_nothing(name: bytes, value: bytes) -> None:
    new = packetfields.field(name, value, learning())
    assert new is None or new.replace(b"\r\n", b"\n") == value.replace(b"\r\n", b"\n")


@given(st.binary(max_size=80))
def test_any_line_may_come(line: bytes) -> None:
    for text in (line, b"<field " + line, b'" ' + line):
        shown(text)
        packetfields.octets(text, writing())


@pytest.mark.parametrize("unit", b'a="b" < > " 0 a= &quot;'.split(b" "))
def test_hostile_lines_take_linear_time(unit: bytes) -> None:
    assert doubling(lambda text: shown(b"<field " + text), unit) <= DOUBLING
