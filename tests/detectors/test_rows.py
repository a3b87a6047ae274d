from __future__ import annotations

import pytest

from scrubber.detectors import rows
from scrubber.model import Entity

HASH = b"5f4dcc3b5aa765d61d8327deb882cf99"
HITS: list[tuple[bytes, list[tuple[bytes, Entity]]]] = [
    (
        b"192.0.2.10\tpbx1 pbx1.example.com # the old one",
        [(b"pbx1", Entity.HOST), (b"pbx1.example.com", Entity.HOST)],
    ),
    (b"192.0.2.10 carlaspc", [(b"carlaspc", Entity.HOST)]),
    (
        b"7:alice:pbx.example.com:Blue-Kettle-71",
        [(b"alice", Entity.USER), (b"pbx.example.com", Entity.HOST), (b"Blue-Kettle-71", Entity.SECRET)],
    ),
    (
        b"123456789:1001:example.org:p@ss:" + HASH + b":alice@example.org\r",
        [(b"1001", Entity.USER), (b"example.org", Entity.HOST), (b"p@ss", Entity.SECRET)],
    ),
    (
        b"alice:Office PBX, ground floor:" + HASH,
        [(b"alice", Entity.USER), (b"Office PBX, ground floor", Entity.HOST), (HASH, Entity.HASH)],
    ),
    (b"alice:$apr1$x1y2z3$q9Yv", [(b"alice", Entity.USER), (b"$apr1$x1y2z3$q9Yv", Entity.SECRET)]),
    (
        b"bob.b@example.com:$6$salt$hash/with.dots:19790:0:99999:7:::",
        [(b"bob.b@example.com", Entity.USER), (b"$6$salt$hash/with.dots:19790:0:99999:7:::", Entity.SECRET)],
    ),
    (
        b"carol:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
        [(b"carol", Entity.USER), (b"{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", Entity.SECRET)],
    ),
    # a call detail record: accountcode, src, dst, dcontext, clid, channel
    (
        b'"acme","1001","15550100123","from-internal","""Alice Doe"" <1001>","PJSIP/1001-0000001a","","Dial"',
        [
            (b"acme", Entity.USER),
            (b"1001", Entity.USER),
            (b"15550100123", Entity.USER),
            (b"Alice Doe", Entity.NAME),
            (b"1001", Entity.USER),
        ],
    ),
    (
        b'"","1001","s","default","<1001>","SIP/1001-1","","Hangup"',
        [(b"1001", Entity.USER), (b"1001", Entity.USER)],
    ),
    (b'"","","h","default","""Alice ""Al"" Doe""","SIP/1001-1"', [(b'Alice ""Al"" Doe', Entity.NAME)]),
    # a channel event: eventtype, eventtime, cidname, cidnum, cidani, cidrdnis, ciddnid
    (
        b'"CHAN_START","1740938591.421000","Alice ""Al"" Doe","1001","1001","","15550100123","s","default"',
        [
            (b'Alice ""Al"" Doe', Entity.NAME),
            (b"1001", Entity.USER),
            (b"1001", Entity.USER),
            (b"15550100123", Entity.USER),
        ],
    ),
    # the queue log: time, call, queue, agent, event
    (
        b"1740938591|1740938580.42|sales|Alice Doe|CONNECT|7|1740938584.43|5",
        [(b"sales", Entity.NAME), (b"Alice Doe", Entity.NAME)],
    ),
    (b"1740938591|1740938580.42|sales|NONE|ENTERQUEUE||15550100123|1", [(b"sales", Entity.NAME)]),
]

MISSES: list[bytes] = [
    b"192.0.2.10 is alive",
    b"192.0.2.10 5060 0",
    b"192.0.2.10 pbx1: up",
    b"192.0.2.10 dev eth0",
    b"",
    b":",
    b"a:b:c",
    b"7:alice:nodots:secret",
    b"7:alice:pbx.example.com",
    b"ten:alice:pbx.example.com:secret",
    b" 7:alice:pbx.example.com:secret",
    b"From: alice:realm:" + HASH,
    b"alice:realm:" + HASH.upper(),
    b"alice:realm:" + HASH[1:],
    b"alice:realm:" + HASH + b" and more",
    b"alice:$HOME",
    b'"a","b","c","d","e","f"',
    b'"start","1740938591.4","Alice","1","1","1","1",',
    b"1740938591|NONE|NONE|NONE|QUEUESTART|",
    b"1740938591|a b|sales|Alice|CONNECT|",
    b"2026-01-02 10:11:12",
    b"Via: SIP/2.0/UDP 192.0.2.1:5060",
]


@pytest.mark.parametrize(("row", "expected"), HITS)
def test_account_rows_are_found(row: bytes, expected: list[tuple[bytes, Entity]]) -> None:
    assert [(row[item.start : item.end], item.entity) for item in rows.find(row)] == expected


@pytest.mark.parametrize("text", MISSES)
def test_other_lines_stay(text: bytes) -> None:
    assert list(rows.find(text)) == []


@pytest.mark.parametrize(("row", "expected"), HITS)
def test_offsets_are_those_of_the_whole_text(row: bytes, expected: list[tuple[bytes, Entity]]) -> None:
    text = b"x\n" + row + b"\ny"
    found = rows.find(text, 2, 2 + len(row))
    assert [(text[item.start : item.end], item.entity) for item in found] == expected
