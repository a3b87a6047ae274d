from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import sdp
from scrubber.grammar.sdp_attributes import KEPT, READERS
from tests.grammar.lossless import LINEAR, Named, check, gaps, growth, named

ATTRIBUTES: list[tuple[bytes, Named]] = [
    (b"sendrecv", []),
    (b"rtpmap:0 PCMU/8000", []),
    (b"fmtp:97 profile-level-id=42e01f;sprop-parameter-sets=Z0IACpZTBYmI,aMljiA==", []),
    (b"ptime:20", []),
    (b"T38FaxUdpEC:t38UDPRedundancy", []),
    (b"silenceSupp:off - - - -", []),
    (b"X-nat:2 Symmetric", []),
    (b"X-nat:192.0.2.10", [(b"192.0.2.10", "free")]),
    (b"fmtp:97 relay=192.0.2.10", [(b"97 relay=192.0.2.10", "free")]),
    (b"fmtp:97 build=1.2.3.4.5", []),
    (b"ice-options:trickle", []),
    (b"extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level", []),
    # addresses
    (b"rtcp:53020", []),
    (b"rtcp:53020 IN IP4 192.0.2.10", [(b"192.0.2.10", "host")]),
    (b"rtcp:53020 IN IP6 2001:db8::7", [(b"2001:db8::7", "host")]),
    (
        b"source-filter: incl IN IP4 232.3.4.5 192.0.2.10 198.51.100.9",
        [(b"232.3.4.5", "host"), (b"192.0.2.10", "host"), (b"198.51.100.9", "host")],
    ),
    (b"source-filter: excl IN * * 192.0.2.10", [(b"192.0.2.10", "host")]),
    (b"oldmediaip:10.0.0.7", [(b"10.0.0.7", "host")]),
    (b"oldcip:IN IP4 10.0.0.7", [(b"10.0.0.7", "host")]),
    (b"oldoip:10.0.0.7", [(b"10.0.0.7", "host")]),
    (
        b"visited-realm:1 ims.example.com IN IP4 192.0.2.1 5060",
        [(b"ims.example.com", "realm"), (b"192.0.2.1", "host")],
    ),
    # keys
    (
        b"crypto:1 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR|2^20|1:32",
        [(b"PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR", "key")],
    ),
    (
        b"crypto:2 F8_128_HMAC_SHA1_80 inline:MTIzNDU2|1:4;inline:QUJjZGVm|2:4 FEC_ORDER=FEC_SRTP",
        [(b"MTIzNDU2", "key"), (b"QUJjZGVm", "key")],
    ),
    (b"crypto:1 AES_CM_128_HMAC_SHA1_80 PS1uQCVe", [(b"PS1uQCVe", "key")]),
    (b"crypto:1 AES_CM_128_HMAC_SHA1_80 inline:", []),
    (b"key-mgmt:mikey AQAFgM0XflABAAAA", [(b"AQAFgM0XflABAAAA", "key")]),
    (b"key-mgmt:AQAFgM0XflABAAAA", [(b"AQAFgM0XflABAAAA", "key")]),
    (b"identity:eyJpZHAiOnt9fQ==", [(b"eyJpZHAiOnt9fQ==", "key")]),
    (b"acap:1 crypto:1 AES_CM_128_HMAC_SHA1_80 inline:PS1u|2^20", [(b"PS1u", "key")]),
    (b"acap:1 acap:1 crypto:1 S inline:PS1u", []),
    (b"acap:1 setup:actpass", []),
    (b"fingerprint:sha-256 4A:AD:B9", [(b"4A:AD:B9", "device")]),
    (b"zrtp-hash:1.10 fe30efd02423cb05", [(b"fe30efd02423cb05", "device")]),
    (b"tls-id:abc3de65cddef001be82", [(b"abc3de65cddef001be82", "device")]),
    # ICE
    (b"ice-ufrag:9uB6", [(b"9uB6", "identifier")]),
    (b"ice-pwd:YH75Fviy6338Vbrhrlp8Yh", [(b"YH75Fviy6338Vbrhrlp8Yh", "key")]),
    (
        b"candidate:Hc000020a 1 UDP 2130706431 192.0.2.10 5000 typ host",
        [(b"Hc000020a", "identifier"), (b"192.0.2.10", "host")],
    ),
    (
        (
            b"candidate:2 1 udp 1694498815 198.51.100.3 4566 typ srflx raddr 10.0.1.1 rport 8998 generation 0 "
            b"ufrag EsAw network-id 1 network-cost 10"
        ),
        [(b"2", "identifier"), (b"198.51.100.3", "host"), (b"10.0.1.1", "host"), (b"EsAw", "identifier")],
    ),
    (
        b"candidate:1 1 TCP 2105524479 0a1b2c3d-0000-4000-8000-00005e005301.local 9 typ host tcptype active",
        [(b"1", "identifier"), (b"0a1b2c3d-0000-4000-8000-00005e005301.local", "host")],
    ),
    (
        b"candidate:1 1 UDP 1 192.0.2.1 9 typ host x-name Alice y",
        [(b"1", "identifier"), (b"192.0.2.1", "host"), (b"Alice", "free"), (b"y", "free")],
    ),
    (b"candidate:1 1 UDP 1 192.0.2.1 9 typ srflx raddr", [(b"1", "identifier"), (b"192.0.2.1", "host")]),
    (
        b"candidate:uSAYBrDI4Gb1k 1 b2Fzc3dk UDP 0.900 192.0.2.1 50018",
        [(b"uSAYBrDI4Gb1k", "identifier"), (b"b2Fzc3dk", "key"), (b"192.0.2.1", "host")],
    ),
    (b"candidate:1 1 alice at home", [(b"1", "identifier"), (b"1 alice at home", "free")]),
    (b"remote-candidates:1 192.0.2.3 45664 2 192.0.2.4 45665", [(b"192.0.2.3", "host"), (b"192.0.2.4", "host")]),
    (
        b"alt:1 1 : 0oePVjPV sTGt9WuM 192.0.2.1 4000",
        [(b"0oePVjPV", "identifier"), (b"sTGt9WuM", "identifier"), (b"192.0.2.1", "host")],
    ),
    # sources
    (b"ssrc:1234 cname:3ab4cd", [(b"3ab4cd", "identifier")]),
    (b"ssrc:1234 cname:alice@192.0.2.1", [(b"alice", "identifier"), (b"192.0.2.1", "host")]),
    (b"ssrc:1234 cname:sip:1001@example.com", [(b"1001", "user"), (b"example.com", "host")]),
    (b"ssrc:1234 msid:stream track", [(b"stream", "identifier"), (b"track", "identifier")]),
    (b"ssrc:1234 mslabel:abc", [(b"abc", "identifier")]),
    (b"ssrc:1234 previous-ssrc:77", []),
    (b"ssrc:1234 note:Alice", [(b"Alice", "free")]),
    (b"ssrc:1234 Alice", [(b"Alice", "free")]),
    (b"ssrc:1234", []),
    (b"ssrc-group:FID 1 2", []),
    (b"msid:- track", [(b"track", "identifier")]),
    (b"msid-semantic: WMS abc *", [(b"abc", "identifier")]),
    # MSRP and files
    (
        b"path:msrp://alice@host.example.com:7654/jshA7weztas;tcp msrps://[2001:db8::1]:2855/s2;tcp",
        [
            (b"alice", "user"),
            (b"host.example.com", "host"),
            (b"jshA7weztas", "identifier"),
            (b"2001:db8::1", "host"),
            (b"s2", "identifier"),
        ],
    ),
    (b"path:alice", [(b"alice", "free")]),
    (
        b'file-selector:name:"My holiday.jpg" type:image/jpeg size:32349 hash:sha-1:72:24:5F',
        [(b"My holiday.jpg", "text"), (b"72:24:5F", "device")],
    ),
    (b"file-selector:name:holiday.jpg hash:7224", [(b"holiday.jpg", "text"), (b"7224", "device")]),
    (b"file-transfer-id:vBnG916bdberum2fF", [(b"vBnG916bdberum2fF", "identifier")]),
    (b"file-icon:cid:id2@pc.example.com", [(b"id2", "identifier"), (b"pc.example.com", "host")]),
    (
        b'file-date:creation:"Mon, 15 May 2006 15:01:31 +0300"',
        [(b'creation:"Mon, 15 May 2006 15:01:31 +0300"', "time")],
    ),
    # the telephone network
    (b"isub:12345", [(b"12345", "number")]),
    (b"phone-context:+44", [(b"+44", "number")]),
    (b"phone-context:example.com", [(b"example.com", "host")]),
    (
        b"cs-correlation:callerid:+15550100 uuie:56A390 dtmf:14D* external:abc",
        [(b"+15550100", "number"), (b"56A390", "hex-data"), (b"14D*", "dtmf"), (b"abc", "secret")],
    ),
    (b"cs-correlation:callerid dtmf", []),
    (b"cs-correlation:+15550100", [(b"+15550100", "secret")]),
    # conferences, relays, text
    (b"confid:4377", [(b"4377", "identifier")]),
    (b"userid:1234", [(b"1234", "identifier")]),
    (b"floorid:543 mstrm:10", [(b"543", "identifier")]),
    (b"rtpengine:9af1e2", [(b"9af1e2", "identifier")]),
    (b"control:trackID=1", [(b"trackID=1", "free")]),
    (b"control:rtsp://example.com/alice", [(b"rtsp://example.com/alice", "url")]),
    (b"tool:baresip 1.0.0", [(b"baresip 1.0.0", "free")]),
    (b"keywds:alice", [(b"alice", "text")]),
    # nothing is known of these
    (b"x-unknown:Alice Smith", [(b"Alice Smith", "free")]),
    (b"x-unknown:", []),
    (b"Alice", [(b"Alice", "free")]),
    (b"", []),
]


@pytest.mark.parametrize(("attribute", "expected"), ATTRIBUTES)
def test_attribute(attribute: bytes, expected: Named) -> None:
    line = b"a=" + attribute
    assert named(line, sdp.line(line)) == expected


@pytest.mark.parametrize("name", [b"ICE-UFRAG", b"Ice-Ufrag"])
def test_names_are_read_in_any_case(name: bytes) -> None:
    line = b"a=" + name + b":9uB6"
    assert gaps(line, sdp.line(line)) == b"a=" + name + b":|"


def test_no_attribute_is_kept_and_read() -> None:
    assert not KEPT & READERS.keys()
    assert all(name == name.lower() for name in KEPT | READERS.keys())


WORDS = st.sampled_from(
    [
        b" ",
        b":",
        b";",
        b"|",
        b'"',
        b"@",
        b"/",
        b"IN",
        b"IP4",
        b"192.0.2.1",
        b"[",
        b"::1",
        b"UDP",
        b"typ",
        b"raddr",
        b"inline:",
        b"cname:",
        b"msrp://",
        b"name:",
        b"hash:",
        b"callerid:",
        b"cid:",
        b"+1",
        b"-",
        b"*",
        b"\x00",
        b"\xff",
    ]
)


@given(st.sampled_from(sorted(READERS)), st.binary(max_size=80) | st.lists(WORDS, max_size=20).map(b"".join))
def test_any_value(name: bytes, value: bytes) -> None:
    line = b"a=" + name + b":" + value.replace(b"\r", b"").replace(b"\n", b"")
    check(sdp.line(line), 0, len(line))


@pytest.mark.parametrize(("attribute", "expected"), ATTRIBUTES)
def test_cut_anywhere(attribute: bytes, expected: Named) -> None:
    for cut in range(len(attribute)):
        line = b"a=" + attribute[:cut]
        check(sdp.line(line), 0, len(line))


@pytest.mark.parametrize(
    "unit", [b"inline:", b"a:", b"a ", b"msrp://a@", b'name:"', b"hash:", b"IN IP4 ", b"callerid:1 "]
)
@pytest.mark.parametrize(
    "name", [b"crypto", b"candidate", b"path", b"file-selector", b"ssrc", b"cs-correlation", b"rtcp", b"acap"]
)
def test_time_is_linear(name: bytes, unit: bytes) -> None:
    assert growth(lambda tail: sdp.line(b"a=" + name + b":1 " + tail), unit, 1000) < LINEAR
