from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import sdp_values
from scrubber.grammar.sdp_values import Reader
from tests.grammar.lossless import LINEAR, Named, check, growth, named

READERS: dict[str, Reader] = {
    "as_one": sdp_values.as_one("device"),
    "from_field": partial(sdp_values.from_field, "key", 1),
    "addresses_from": partial(sdp_values.addresses_from, 1),
    **{
        name: getattr(sdp_values, name)
        for name in (
            "identifiers first_identifier last_address candidate remote_candidates alt crypto ssrc semantic msrp_path "
            "file_selector content_id phone_context correlation control realm source_filter"
        ).split()
    },
}
CASES: list[tuple[str, bytes, Named]] = [
    ("as_one", b" 4A:AD B9 ", [(b"4A:AD B9", "device")]),
    ("as_one", b"-", []),
    ("from_field", b"mikey AQAF gM0X", [(b"AQAF gM0X", "key")]),
    ("from_field", b"AQAF", [(b"AQAF", "key")]),
    ("from_field", b"", []),
    ("addresses_from", b"53020 IN IP4 192.0.2.1", [(b"192.0.2.1", "host")]),
    ("addresses_from", b"53020", []),
    ("identifiers", b"s1 s2", [(b"s1", "identifier"), (b"s2", "identifier")]),
    ("first_identifier", b"543 mstrm:10", [(b"543", "identifier")]),
    ("last_address", b"10.0.0.7", [(b"10.0.0.7", "host")]),
    ("last_address", b"IN IP4 10.0.0.7", [(b"10.0.0.7", "host")]),
    ("last_address", b"", []),
    (
        "candidate",
        b"2 1 udp 1694498815 198.51.100.3 4566 typ srflx raddr 10.0.1.1 rport 8998 ufrag EsAw",
        [(b"2", "identifier"), (b"198.51.100.3", "host"), (b"10.0.1.1", "host"), (b"EsAw", "identifier")],
    ),
    (
        "candidate",
        b"9vbx 1 Zm9vYmFy UDP 0.83 192.0.2.1 50000",
        [(b"9vbx", "identifier"), (b"Zm9vYmFy", "key"), (b"192.0.2.1", "host")],
    ),
    ("candidate", b"1 x y z 192.0.2.1", [(b"1", "identifier"), (b"x y z 192.0.2.1", "free")]),
    ("candidate", b"1 1 UDP", [(b"1", "identifier")]),
    ("candidate", b"1 1 UDP 1 192.0.2.1 9 typ host raddr", [(b"1", "identifier"), (b"192.0.2.1", "host")]),
    ("remote_candidates", b"1 192.0.2.1 5000 2 192.0.2.2 5001", [(b"192.0.2.1", "host"), (b"192.0.2.2", "host")]),
    (
        "alt",
        b"1 2 : id1 id2 192.0.2.1 5000",
        [(b"id1", "identifier"), (b"id2", "identifier"), (b"192.0.2.1", "host")],
    ),
    ("crypto", b"1 AES_CM_128_HMAC_SHA1_80 inline:PS1u|2^20|1:32", [(b"PS1u", "key")]),
    ("crypto", b"1 AES_CM_128_HMAC_SHA1_80 PS1u", [(b"PS1u", "key")]),
    ("crypto", b"1 AES_CM_128_HMAC_SHA1_80 inline:", []),
    ("ssrc", b"11 cname:alice@pc", [(b"alice", "identifier"), (b"pc", "host")]),
    ("ssrc", b"11 msid:one two", [(b"one", "identifier"), (b"two", "identifier")]),
    ("ssrc", b"11 fmtp:97 mode=1", []),
    ("ssrc", b"11 owner:Alice Doe", [(b"Alice Doe", "free")]),
    ("ssrc", b"11 Alice Doe", [(b"Alice Doe", "free")]),
    ("ssrc", b"11", []),
    ("semantic", b"WMS s1 s2", [(b"s1", "identifier"), (b"s2", "identifier")]),
    ("semantic", b"WMS *", []),
    (
        "msrp_path",
        b"msrps://alice@[2001:db8::7]:7777/iau39soe2843z;tcp x",
        [(b"alice", "user"), (b"2001:db8::7", "host"), (b"iau39soe2843z", "identifier"), (b"x", "free")],
    ),
    ("msrp_path", b"msrp://:1;tcp", []),
    (
        "file_selector",
        b'name:"My file" type:image/jpeg size:9 hash:sha-1:72:24',
        [(b"My file", "text"), (b"72:24", "device")],
    ),
    ("file_selector", b"type:image/jpeg size:9", []),
    ("content_id", b" CID:id2@pc.example.com", [(b"id2", "identifier"), (b"pc.example.com", "host")]),
    ("content_id", b"id2", [(b"id2", "identifier")]),
    ("phone_context", b"+44", [(b"+44", "number")]),
    ("phone_context", b"44", [(b"44", "number")]),
    ("phone_context", b"example.com", [(b"example.com", "host")]),
    (
        "correlation",
        b"callerid:+15550100 uuie:56A390 dtmf:14D* external:abc",
        [(b"+15550100", "number"), (b"56A390", "hex-data"), (b"14D*", "dtmf"), (b"abc", "secret")],
    ),
    ("correlation", b"callerid what:abc", [(b"what:abc", "secret")]),
    ("control", b"trackID=1", [(b"trackID=1", "free")]),
    ("control", b"rtsp://example.com/alice", [(b"rtsp://example.com/alice", "url")]),
    (
        "realm",
        b"1 ims.example.com IN IP4 192.0.2.1 5060",
        [(b"ims.example.com", "realm"), (b"192.0.2.1", "host")],
    ),
    ("source_filter", b"incl IN IP4 232.3.4.5 192.0.2.10", [(b"232.3.4.5", "host"), (b"192.0.2.10", "host")]),
    ("source_filter", b"excl IN * * 192.0.2.10", [(b"192.0.2.10", "host")]),
]


@pytest.mark.parametrize(("name", "value", "expected"), CASES)
def test_value(name: str, value: bytes, expected: Named) -> None:
    assert named(value, list(READERS[name](value, 0, len(value)))) == expected


def test_every_reader_has_a_case() -> None:
    assert {name for name, _, _ in CASES} == READERS.keys()


PIECES = (
    b'  : ; | " @ / [ ] - * . % IN IP4 192.0.2.1 ::1 UDP typ raddr ufrag inline: cname: msrp:// name: hash: callerid: '
    b"cid: + \0 \xff"
).split(b" ")
VALUES = st.binary(max_size=60) | st.lists(st.sampled_from([*PIECES, b" "]), max_size=20).map(b"".join)


@pytest.mark.parametrize("name", READERS)
@given(data=VALUES, bounds=st.tuples(st.integers(0, 60), st.integers(0, 60)))
def test_any_value(name: str, data: bytes, bounds: tuple[int, int]) -> None:
    start, end = sorted(min(bound, len(data)) for bound in bounds)
    check(list(READERS[name](data, start, end)), start, end)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "unit", [b"a", b":", b"@", b"a ", b"inline:", b'name:"', b"hash:", b"msrp://a@", b"[", b"IN IP4 "]
)
def test_time_is_linear(name: str, unit: bytes) -> None:
    assert growth(lambda data: list(READERS[name](data, 0, len(data))), unit, 1000) < LINEAR
