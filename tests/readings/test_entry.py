"""Entries of listings: printed arrays, the database of Asterisk, stack frames, properties of NetBorder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.readings import entry
from scrubber.readings.message import Messages
from tests.passes import DOUBLING, cleaned, complete, doubling


def member(key: bytes, value: bytes) -> bytes:
    return value if key else b""


GONE = [
    (b"    [secret] => Quill Harbor 19", (b"Quill", b"Harbor")),
    (b"    [favcolor] => teal heron", (b"teal", b"heron")),
    (b"    [0] => Marta Kestrel", (b"Marta", b"Kestrel")),
    (b"    [displayname:protected] => Marta Kestrel", (b"Marta", b"Kestrel")),
    (b"    [username:UserMan\\User:private] => mkestrel", (b"mkestrel",)),
    (b"    [2711] => Array", (b"2711",)),
    (b"    [marta@lintel-glass.example] => 1", (b"marta", b"lintel")),
    (b'        ["sip:2711@198.51.100.23"]=>', (b"2711", b"198.51.100.23")),
    (b"  name: 'Marta Kestrel',", (b"Marta", b"Kestrel")),
    (b"Output: /AMPUSER/2711/cidname     : Marta Kestrel", (b"2711", b"Marta")),
    (b"  'secret' => string(16) \"Quill Harbor 19\"", (b"Quill", b"Harbor")),
    (b"  public 'username' => string(8) \"mkestrel\"", (b"mkestrel",)),
    (b"  'whatever' => 'Marta private',", (b"Marta",)),
    (b'  string(13) "Marta Kestrel"', (b"Marta", b"Kestrel")),
    (b"/AMPUSER/2711/cidname                             : Marta Kestrel", (b"2711", b"Marta", b"Kestrel")),
    (b"/SUBMENU/crm/lintelkey                            : some private note", (b"lintelkey", b"private")),
    (b"/dundi/secret                                     : QmFzZTY0;UHJldmlv", (b"QmFzZTY0", b"UHJldmlv")),
    (b'#1  0x000055d0c8a1b2c3 in f (str=0x7f2c58003a10 "mkestrel") at a/b.h:1303', (b"mkestrel",)),
    (b'        line = "kiln of Marta tonight"', (b"kiln", b"Marta", b"tonight")),
    (b'        argv = {0x7f2c4fff0010 "crmkey77", 0x0}', (b"crmkey77",)),
    (b'$1 = 0x7f2c58003a10 "Ocean account"', (b"Ocean",)),
    (b"pstn.in.callerName=MARTA KESTREL", (b"MARTA", b"KESTREL")),
    (b"netborder.gw.note=kiln of Marta", (b"kiln", b"Marta")),
    (b"pstn.in.isdn.setup.ie.0x0.0x6c= 21 83 31 32 30 32 35", (b"31 32 30 32 35",)),
    (b"pstn.in.isdn.setup.ie.0x0.0x28= 4d 61 72 74 61", (b"4d 61 72 74 61",)),
]


@pytest.mark.parametrize(("line", "values"), GONE)
def test_what_goes(line: bytes, values: tuple[bytes, ...]) -> None:
    new = cleaned(line)
    assert [value for value in values if value in new] == []


KEPT = [
    b"    [tech] => pjsip",
    b"    [nat] => yes",
    b"    [callerid] => Array",
    b"    [settings] => FreePBX\\Settings Object",
    b"    [qualifyfreq] => 60",
    b"  'count' => int(3)",
    b"/DND/s                                            : YES",
    b"/AMPUSER/s/followme/grptime                       : 20",
    b"/dundi/secretexpiry                               : 1740942192",
    b"#0  __strcmp_sse2 () at ../sysdeps/x86_64/multiarch/strcmp.S:31",
    b'        __PRETTY_FUNCTION__ = "pbx_extension_helper"',
    b'        context = "from-internal"',
    b"pstn.in.isdn.setup.ie.0x0.0x04= 80 90 a2",
    b"sip.out.transport=udp",
    b"pstn.in.channel=B1/G1S1C1",
]


@pytest.mark.parametrize("line", KEPT)
def test_what_stays(line: bytes) -> None:
    assert cleaned(line) == line


def test_the_key_above_says_what_a_value_is() -> None:
    new = cleaned(b'  ["secret"]=>\n  string(15) "Quill Harbor 19"\n  ["nat"]=>\n  string(3) "yes"\n')
    assert new == b'  ["secret"]=>\n  string(15) "REDACTED"\n  ["nat"]=>\n  string(3) "yes"\n'


def test_numbers_in_octets_are_those_in_clear() -> None:
    text = b"pstn.in.ani=12025550143\npstn.in.isdn.setup.ie.0x0.0x6c= 21 83 31 32 30 32 35 35 35 30 31 34 33\n"
    clear, octets, _ = cleaned(text).split(b"\n")
    assert bytes.fromhex(octets.partition(b"= 21 83 ")[2].decode()) == clear.partition(b"=")[2]


@pytest.mark.parametrize("line", [b"", b"From: <sip:a@b>", b"[general]", b"ringing", b"/usr/bin/x", b"# a comment"])
def test_what_is_no_entry(line: bytes) -> None:
    assert entry.line(line, Messages(complete()), member) is None


@given(st.binary(max_size=200).filter(lambda data: b"\n" not in data))
def test_any_line_is_read(line: bytes) -> None:
    for lead in (b"", b"    [a] => ", b"/A/", b"#0  f (", b"pstn.in.ie.0x0.0x6c= ", b"  'a' => "):
        new = entry.line(lead + line, Messages(complete()), member)
        assert new is None or b"\n" not in new


@pytest.mark.parametrize("unit", [b"    [a] => ", b'"', b"\\", b"/A", b"#0 x (", b"= ", b"00 ", b'a="b\\"', b" "])
@pytest.mark.parametrize("lead", [b"", b"    [a] => ", b"/A/b : ", b"#0  f (", b"pstn.in.ie.0x0.0x6c= ", b"  'a' => "])
def test_hostile_lines_take_linear_time(unit: bytes, lead: bytes) -> None:
    messages = Messages(complete())
    assert doubling(lambda data: entry.line(lead + data, messages, member), unit, 1 << 12) <= DOUBLING


@pytest.mark.parametrize("technology", [b"PJSIP", b"SIP", b"IAX2"])
def test_what_a_device_is_dialled_by_keeps_its_technology(technology: bytes) -> None:
    new = cleaned(b"/DEVICE/2711/dial                                 : " + technology + b"/2711              \n")
    assert b": " + technology + b"/" in new
    assert b"2711" not in new
