from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import sdp
from tests.grammar.lossless import LINEAR, Named, check, gaps, growth, named

SESSION = (
    b"v=0\r\n"
    b"o=alice 2890844526 2890844527 IN IP4 host.example.com\r\n"
    b"s=Weekly call of Alice\r\n"
    b"i=about the audit\r\n"
    b"u=https://www.example.com/calls\r\n"
    b"e=alice@example.com (Alice Smith)\r\n"
    b"p=+1 555 0100 (Alice Smith)\r\n"
    b"c=IN IP4 192.0.2.10\r\n"
    b"b=AS:64\r\n"
    b"t=2873397496 0\r\n"
    b"k=clear:wonderland\r\n"
    b"m=audio 49170 RTP/SAVP 0 8 101\r\n"
    b"a=rtpmap:101 telephone-event/8000\r\n"
    b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20|1:4\r\n"
    b"a=candidate:Hc000020a 1 UDP 2130706431 192.0.2.10 49170 typ host\r\n"
    b"a=ice-ufrag:9uB6\r\n"
    b"a=sendrecv\r\n"
)

LINES: list[tuple[bytes, Named]] = [
    (b"v=0", []),
    (b"v=Alice", [(b"Alice", "free")]),
    # origin
    (b"o=- 3848 3849 IN IP4 192.0.2.10", [(b"3848", "identifier"), (b"192.0.2.10", "host")]),
    (
        b"o=alice 3848 3849 IN IP6 2001:db8::1",
        [(b"alice", "user"), (b"3848", "identifier"), (b"2001:db8::1", "host")],
    ),
    (
        b"o=Alice Smith 1 2 IN IP4 host.example.com.",
        [(b"Alice Smith", "user"), (b"1", "identifier"), (b"host.example.com", "host")],
    ),
    (
        b"o=alice@pc.example.com 1 2 IN IP4 0.0.0.0",
        [(b"alice", "user"), (b"pc.example.com", "host"), (b"1", "identifier")],
    ),
    (b"o=tel:+15550100 7 7 IN IP4 -", [(b"+15550100", "number"), (b"7", "identifier")]),
    (b"o=al", [(b"al", "user")]),
    (b"o=alice 28908", [(b"alice", "user"), (b"28908", "identifier")]),
    (b"o=alice 2890 2891 I", [(b"alice", "user"), (b"2890", "identifier"), (b"I", "free")]),
    (
        b"o=alice 28 x%s IN IP4 192.0.2.1",
        [(b"alice", "user"), (b"28", "identifier"), (b"x%s", "free"), (b"192.0.2.1", "host")],
    ),
    # session name
    (b"s=-", []),
    (b"s= ", []),
    (b"s=-.", []),
    (b"s=Asterisk PBX 18.2.0", []),
    (b"s=SIP Call", []),
    (b"s=no_session_name", []),
    (b"s=18.2.0", [(b"18.2.0", "text")]),
    (b"s=call +15550100", [(b"call +15550100", "text")]),
    (b"s=call 1001", [(b"call 1001", "text")]),
    (b"s=Alice and Bob", [(b"Alice and Bob", "text")]),
    # text, links, people
    (b"i=caller 1001", [(b"caller 1001", "text")]),
    (b"u=https://example.com/x", [(b"https://example.com/x", "url")]),
    (b"e=alice@example.com", [(b"alice@example.com", "email")]),
    (b"e=alice@example.com (Alice Smith)", [(b"alice@example.com", "email"), (b"Alice Smith", "name")]),
    (b"e=Alice Smith <alice@example.com>", [(b"Alice Smith", "name"), (b"alice@example.com", "email")]),
    (b"e=call me", [(b"call me", "text")]),
    (b"p=+1 617 555-0100", [(b"+1 617 555-0100", "number")]),
    (b"p=+1 617 555-0100 (Alice)", [(b"+1 617 555-0100", "number"), (b"Alice", "name")]),
    (b'p="Alice" <+15550100>', [(b"Alice", "name"), (b"+15550100", "number")]),
    (b"p=44 (20) 7946-0000 (Alice)", [(b"44 (20) 7946-0000", "number"), (b"Alice", "name")]),
    (b"p=44 (20) 7946-0000", [(b"44 (20) 7946-0000", "number")]),
    (b"p=44 (20) 7946 (Alice) Bob", [(b"44 (20) 7946", "number"), (b"Alice", "name"), (b"Bob", "text")]),
    # connection
    (b"c=IN IP4 192.0.2.10", [(b"192.0.2.10", "host")]),
    (b"c=IN IP4 192.0.2.10.", [(b"192.0.2.10", "host")]),
    (b"c=IN IP4 224.2.1.1/127/3", [(b"224.2.1.1", "host")]),
    (b"c=IN IP6 FF15::101/3", [(b"FF15::101", "host")]),
    (b"c=IN IP6 [2001:db8::1]", [(b"2001:db8::1", "host")]),
    (b"c=IN IP6 fe80::1%eth0", [(b"fe80::1", "host")]),
    (b"c=IN IP4 0.0.0.0", []),
    (b"c=IN IP6 ::", []),
    (b"c=IN IP4 $", []),
    (b"c=IN IP4 phone.example.com", [(b"phone.example.com", "host")]),
    (b"c=IN IP4 [local_ip]", [(b"[local_ip]", "free")]),
    (b"c=PSTN E164 +1 555 0100", [(b"+1 555 0100", "number")]),
    (b"c=PSTN - -", []),
    (b"c=IN 192.0.2.10", [(b"192.0.2.10", "host")]),
    (b"c=IN", []),
    (b"c=alice", [(b"alice", "free")]),
    # numbers of the protocol
    (b"b=AS:64", []),
    (b"b=Alice Smith", [(b"Alice Smith", "free")]),
    (b"t=0 0", []),
    (b"t=2873397496 2873404696", [(b"2873397496", "time"), (b"2873404696", "time")]),
    (b"t=tomorrow", [(b"tomorrow", "free")]),
    (b"r=7d 1h 0 25h", []),
    (b"z=2882844526 -1h 2898848070 0", [(b"2882844526", "time"), (b"2898848070", "time")]),
    (b"m=audio 49170 RTP/AVP 0 8 101", []),
    (b"m=image 0 udptl t38", []),
    (b"m=audio 4 <Alice>", [(b"audio 4 <Alice>", "free")]),
    # keys
    (b"k=prompt", []),
    (b"k=clear:wonderland", [(b"wonderland", "key")]),
    (b"k=base64:d29uZGVy", [(b"d29uZGVy", "key")]),
    (b"k=wonderland", [(b"wonderland", "key")]),
    # no line of a description
    (b"Alice calls Bob", [(b"Alice calls Bob", "free")]),
    (b"x=Alice", [(b"Alice", "free")]),
    (b"", []),
    (b"  o=- 1 2 IN IP4 192.0.2.1\r", [(b"1", "identifier"), (b"192.0.2.1", "host")]),
]


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_line(line: bytes, expected: Named) -> None:
    assert named(line, sdp.line(line)) == expected


def test_the_session_names_that_stay_are_an_argument() -> None:
    line = b"s=Wonderland 2.1"
    assert named(line, sdp.line(line)) == [(b"Wonderland 2.1", "text")]
    assert sdp.line(line, products=frozenset((b"wonderland",))) == []


def test_a_description_is_its_lines() -> None:
    assert gaps(SESSION, sdp.parse(SESSION)) == (
        b"v=0\r\n"
        b"o=| | 2890844527 IN IP4 |\r\n"
        b"s=|\r\n"
        b"i=|\r\n"
        b"u=|\r\n"
        b"e=| (|)\r\n"
        b"p=| (|)\r\n"
        b"c=IN IP4 |\r\n"
        b"b=AS:64\r\n"
        b"t=| 0\r\n"
        b"k=clear:|\r\n"
        b"m=audio 49170 RTP/SAVP 0 8 101\r\n"
        b"a=rtpmap:101 telephone-event/8000\r\n"
        b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:||2^20|1:4\r\n"
        b"a=candidate:| 1 UDP 2130706431 | 49170 typ host\r\n"
        b"a=ice-ufrag:|\r\n"
        b"a=sendrecv\r\n"
    )


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r", b"\n\n"])
def test_line_ends(line_end: bytes) -> None:
    data = line_end.join((b"c=IN IP4 192.0.2.1", b"s=Alice", b"a=sendrecv"))
    assert named(data, sdp.parse(data)) == [(b"192.0.2.1", "host"), (b"Alice", "text")]


def test_a_range_is_read_like_a_body_of_its_own() -> None:
    data = b"c=IN IP4 192.0.2.1\r\n" + SESSION + b"o=bob"
    start, end = 20, 20 + len(SESSION)
    moved = [(part.start - start, part.end - start, part.name) for part in sdp.parse(data, start, end)]
    assert moved == [tuple(part) for part in sdp.parse(SESSION)]


SENSITIVE = (b"alice", b"Alice", b"host.example", b"192.0.2.1", b"wonder", b"d0Rmdmcm", b"+1 555", b"c000020a", b"9uB6")


@pytest.mark.parametrize("cut", range(len(SESSION)))
def test_a_cut_description_hides_nothing(cut: int) -> None:
    data = SESSION[:cut]
    parts = sdp.parse(data)
    check(parts, 0, cut)
    assert not any(value in gaps(data, parts) for value in SENSITIVE)


HITS = [line for line in SESSION.split(b"\r\n") if line] + [
    b"o=- 1 2 IN IP4 192.0.2.1",
    b"c=PSTN E164 +15550100",
    b"r=7d 1h 0 25h",
    b"z=2882844526 -1h 2898848070 0",
    b"k=prompt",
    b"m=image 0 udptl t38",
    b"m=audio 4000/2 RTP/AVP 0",
    b"a=inactive",
    b"a=T38FaxVersion:0",
    b"a=X-nat:0",
    b"a=x-own:value",
]
MISSES = [
    b"",
    b"a",
    b"a=",
    b"a=Brackenmoor",
    b"a=Alice Smith",
    b"A=sendrecv",
    b"v=zero",
    b"o=alice",
    b"o=alice 1 2 IN IP4",
    b"c=3",
    b"c=192.0.2.1",
    b"m=audio",
    b"m=5",
    b"t=5",
    b"b=7",
    b"r=7",
    b"e=mc2",
    b"u=root",
    b"p=none",
    b"k=5",
    b"q=0.5",
    b"x = y",
    b"call c=IN IP4 192.0.2.1",
]


@pytest.mark.parametrize("line", HITS)
def test_is_sdp_line(line: bytes) -> None:
    assert sdp.is_sdp_line(line)


@pytest.mark.parametrize("line", MISSES)
def test_is_not_sdp_line(line: bytes) -> None:
    assert not sdp.is_sdp_line(line)


LIKE_SDP = st.lists(
    st.sampled_from(
        [
            b"o=",
            b"c=",
            b"s=",
            b"e=",
            b"p=",
            b"a=",
            b"t=",
            b"k=",
            b"m=",
            b"IN",
            b"IP4",
            b" ",
            b"(",
            b")",
            b"<",
            b">",
            b"192.0.2.1",
            b"alice",
            b"@",
            b":",
            b"/",
            b"[",
            b"]",
            b"%",
            b".",
            b"1",
            b"-",
            b'"',
            b"\r\n",
            b"\n",
            b"\x00",
            b"\xff",
        ]
    ),
    max_size=30,
).map(b"".join)


@given(st.binary(max_size=200) | LIKE_SDP)
def test_any_bytes(data: bytes) -> None:
    check(sdp.parse(data), 0, len(data))
    check(sdp.line(data), 0, len(data))
    assert isinstance(sdp.is_sdp_line(data), bool)


@given(LIKE_SDP, st.integers(0, 40), st.integers(0, 40))
def test_any_range(data: bytes, start: int, length: int) -> None:
    start = min(start, len(data))
    end = min(start + length, len(data))
    check(sdp.parse(data, start, end), start, end)
    check(sdp.line(data, start, end), start, end)


HOSTILE = [
    (b"o=", b"1 "),
    (b"o=", b"IN "),
    (b"o=", b"a 1 1 PSTN A"),
    (b"o=", b"@"),
    (b"p=", b"(1)"),
    (b"p=", b"1("),
    (b"e=", b"<"),
    (b"e=", b"a@"),
    (b"c=IN IP4 ", b"1.1.1.1/"),
    (b"c=IN IP4 ", b"["),
    (b"c=IN IP4 ", b"1 "),
    (b"m=", b"a "),
    (b"r=", b"1"),
    (b"z=", b"1 1d"),
    (b"s=", b"call "),
    (b"s=", b"_ /"),
    (b"t=", b"1"),
    (b"", b"a=b:c\n"),
    (b"", b" "),
]


@pytest.mark.parametrize(("head", "unit"), HOSTILE)
def test_time_is_linear(head: bytes, unit: bytes) -> None:
    def work(tail: bytes) -> None:
        sdp.parse(head + tail)
        sdp.is_sdp_line(head + tail)

    assert growth(work, unit) < LINEAR
