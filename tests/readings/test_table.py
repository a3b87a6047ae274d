"""Columns by their headings: what is replaced, what stays where it was, and what is no table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.readings import table
from scrubber.readings.scan import Labels
from tests.passes import cleaned, complete, rewritten, rule_set

LOOKUP = Labels(rule_set())
PEERS = b"Name/username             Host                                    Dyn ACL Port     Status      Description"
MAILBOXES = b"Context    Mbox  User                      Zone       NewMsg"
USERS = b"| ID | Username | Display Name | Version |"
ACCOUNTS = b" extension | password | effective_caller_id_name | enabled"
CHANNELS = b"uuid,direction,created_epoch,cid_name,cid_num,dest,dialplan"
TRACKER = b"|| Ext || Owner || PIN || Town ||"
TURKISH = "| Dahili | Şifre | Şehir |".encode()
GATEWAYS = b"                     Name\t   Type\t                 Data\tState"


@pytest.mark.parametrize(
    "text",
    [
        PEERS,
        MAILBOXES,
        USERS,
        ACCOUNTS,
        CHANNELS,
        GATEWAYS,
        b"Output: " + PEERS,
        "│ Extension │ Name │".encode(),
        TRACKER,
        TURKISH,
    ],
)
def test_headings(text: bytes) -> None:
    assert table.headings(text, LOOKUP) is not None


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"Name",
        b"The user  said nothing of it",
        b"Module                         Description                              Use Count  Status",
        b"From: <sip:alice@pbx.example.com>  User",
        b" Endpoint:  <Endpoint/CID.....................................>  <State.....>  <Channels.>",
        b"Name  Host 2",
        b"/var/log/asterisk/dtmf_log          File     default    Enabled    - DTMF",
        b"Users  Bytes  Packets",
        b"+----+------+",
        b"one,two,three,four",
        b"uuid,direction,1,cid_name",
        b"one | two | three",
        b"x" * 5000,
    ],
)
def test_what_opens_no_table(text: bytes) -> None:
    assert table.headings(text, LOOKUP) is None


ROWS = [
    (TRACKER, b"| 4711 | Marta | 20485 | Kestrelham |", (b"4711", b"Marta", b"20485", b"Kestrelham"), ()),
    (TRACKER, b"| 4711 | Unknown | none | - |", (b"4711",), (b"Unknown", b"none")),
    (TURKISH, b"| 4711 | Sommer | Kestrelham |", (b"4711", b"Sommer", b"Kestrelham"), ()),
    (
        ACCOUNTS,
        b" 4711 | hun^ter{2} | Marta Kestrel | true",
        (b"4711", b"hun^ter{2}", b"Marta", b"Kestrel"),
        (b"true",),
    ),
    (
        CHANNELS,
        b"a1,outbound,1772617813,Marta Kestrel,4711,4188,XML",
        (b"Marta", b"4711", b"4188"),
        (b"outbound,1772617813,", b",XML"),
    ),
    (
        PEERS,
        b"carla/ACME-88213          198.51.100.23                            D      5071     OK (12 ms)  Doe Widgets",
        (b"carla", b"ACME-88213", b"198.51.100.23", b"Doe", b"Widgets"),
        (b" D ", b"5071", b"OK (12 ms)"),
    ),
    (
        MAILBOXES,
        b"default    2711  Marta Kestrel             european        2",
        (b"2711", b"Marta", b"Kestrel"),
        (b"default", b"european"),
    ),
    (USERS, b"| 3  | mkestrel | Marta        | 16.0.40.2 |", (b"mkestrel", b"Marta"), (b"| 3  |", b"16.0.40.2")),
    (
        GATEWAYS,
        b"                oceanline\tgateway\t     sip:LG-88213@sip1.example.net\tREGED",
        (b"oceanline", b"LG-88213", b"sip1"),
        (b"gateway", b"REGED"),
    ),
]


@pytest.mark.parametrize(("titles", "row", "gone", "kept"), ROWS)
@pytest.mark.parametrize("lead", [b"", b"Output: "])
def test_rows(titles: bytes, row: bytes, gone: tuple[bytes, ...], kept: tuple[bytes, ...], lead: bytes) -> None:
    new = cleaned(lead + titles + b"\n" + lead + row + b"\n").split(b"\n")
    assert new[0] == lead + titles
    assert [value for value in gone if value in new[1]] == []
    assert [value for value in kept if value not in new[1]] == []


def test_columns_stay_where_they_were() -> None:
    row = b"ab                        8.8.8.8                                  D      5071     OK (12 ms)  x"
    new = rewritten(PEERS + b"\n" + row + b"\n").split(b"\n")[1]
    assert new.index(b"D      5071") == row.index(b"D      5071")


def test_a_cut_value_is_as_much_of_the_whole_one() -> None:
    titles = b"Channel              Accountcode PeerAccount"
    text = (
        titles
        + b"\n"
        + b"PJSIP/1-00000001     lintel-glas oceanline\n\n/AMPUSER/2711/accountcode     : lintel-glassworks\n"
    )
    rows = cleaned(text).split(b"\n")
    whole = rows[3].rpartition(b" ")[2]
    assert whole != b"lintel-glassworks"
    assert rows[1].split()[1] == whole[: len(b"lintel-glas")]


@pytest.mark.parametrize(
    "text", [b"", b"4 sip peers [Monitored: 2]", b"pbx1*CLI> x", b"[2025-03-02 18:03:12] x", b"  Secret       : <Set>"]
)
def test_what_ends_a_table(text: bytes) -> None:
    assert table.ends(text)


def test_what_follows_a_table_is_read_as_ever() -> None:
    text = PEERS + b"\ncarla          (Unspecified)\n1 sip peers\nringing softly at the door\n"
    assert cleaned(text).split(b"\n")[2:] == [b"1 sip peers", b"ringing softly at the door", b""]


@given(st.binary(max_size=120).filter(lambda data: b"\n" not in data), st.sampled_from([PEERS, USERS, GATEWAYS]))
def test_any_row_is_read(row: bytes, titles: bytes) -> None:
    opened = table.headings(titles, LOOKUP)
    assert opened is not None
    new = table.row(row, opened, complete())
    assert new is None or b"\n" not in new


@given(st.binary(max_size=200))
def test_any_line_may_be_asked(text: bytes) -> None:
    table.headings(text, LOOKUP)
    table.ends(text)


def test_a_profile_named_in_words_of_protocols_is_nobody() -> None:
    titles = b"Name\tType\tData\tState\n"
    row = b"external-ipv6\tprofile\tsip:mod_sofia@[::1]:5080\tRUNNING (0)\n"
    other = b"blume-trunk\tgateway\tsip:x@y.example\tREGED\n"
    new = cleaned(titles + row + other).split(b"\n")
    assert new[1] == row.strip(b"\n")
    assert b"blume" not in new[2]


@pytest.mark.parametrize("socket", [b"LAN-1", b"E1T1-1", b"FXS-12", b"WAN1"])
def test_sockets_of_a_gateway_stay(socket: bytes) -> None:
    text = b"Name    Type  Status\n------  ----- ------\n" + socket.ljust(8) + b"LAN   up\n"
    assert cleaned(text) == text


def test_a_state_that_is_cut_stays() -> None:
    titles = b"Host                   dnsmgr Username       Refresh State                Reg.Time\n"
    row = b"192.0.2.9:5060         N      alice.doe      120     Auth. Sent           Thu, 12 Mar 2026\n"
    assert b" Auth. Sent  " in cleaned(titles + row)
    assert b"alice.doe" not in cleaned(titles + row)
