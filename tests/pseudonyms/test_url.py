"""URLs: components kept, mapped, redacted."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.pseudonyms.url import Maps, url

MAPS = Maps(
    host=lambda value: b"<h %b>" % value,
    address=lambda value: b"<a %b>" % value,
    number=lambda value: b"<n %b>" % value,
    segment=lambda value: b"<s %b>" % value,
    secret=lambda _: b"<secret>",
    opaque=lambda value: b"<o %b>" % value,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""),
        ("http://example.com", "http://<h example.com>"),
        (
            "http://example.com/x?a=%account[username]%&b=%sms_to%",
            "http://<h example.com>/<s x>?a=%account[username]%&b=%sms_to%",
        ),
        ("HTTPS://example.com:8443/", "HTTPS://<h example.com:8443>/"),
        ("https://alice:pw@example.com/", "https://<secret>@<h example.com>/"),
        ("https://alice@example.com", "https://<secret>@<h example.com>"),
        ("https://[2001:db8::1]:443/x", "https://<h [2001:db8::1]:443>/<s x>"),
        ("/ari/channels/1740938592.45/play", "/ari/channels/<s 1740938592.45>/<s play>"),
        ("/v1/api/v2.0/json", "/v1/api/v2.0/json"),
        ("tftp://192.0.2.1/cfg/00005e005301.cfg", "tftp://<h 192.0.2.1>/cfg/<s 00005e005301>.cfg"),
        ("/backup-alice.tar.gz", "/<s backup-alice>.tar.gz"),
        ("/index.html", "/index.html"),
        ("/alice.smith", "/<s alice.smith>"),
        ("../a//b/", "../<s a>//<s b>/"),
        ("/x?user=alice&json=true&x=", "/<s x>?user=<s alice>&json=true&x="),
        ("/?token=abc;Password=x&api_key=1&pin=7", "/?token=<secret>;Password=<secret>&api_key=<secret>&pin=<secret>"),
        ("?alice&json&a b=c", "?<s alice>&json&<o a b>=<s c>"),
        ("/x#alice", "/<s x>#<o alice>"),
        ("/x#", "/<s x>#"),
        ("sip:alice@example.com;transport=udp;lr", "sip:<a alice@example.com>;transport=udp;<s lr>"),
        ("sip:example.com:5060", "sip:<h example.com:5060>"),
        ("sips:;x", "sips:;<s x>"),
        ("mailto:bob@example.com?subject=hello", "mailto:<a bob@example.com>?subject=<s hello>"),
        ("tel:+15550100123;ext=7", "tel:<n +15550100123>;ext=7"),
        ("tel:+15550100123", "tel:<n +15550100123>"),
        ("urn:service:sos.fire", "urn:service:sos.fire"),
        ("urn:uuid:123e4567", "<o urn:uuid:123e4567>"),
        ("data:text/plain,Alice", "data:<o text/plain,Alice>"),
        ("file:///home/alice/call.wav", "file:///<s home>/<s alice>/call.wav"),
        ("file:/home/alice", "file:/<s home>/<s alice>"),
        ("C:\\Users\\alice", "C:<o \\Users\\alice>"),
        ("//example.com/x", "//<h example.com>/<s x>"),
        ("http://", "http://"),
        ("http:///x", "http:///<s x>"),
        ("example.com/x", "<s example.com>/<s x>"),
        ("1a:b", "<s 1a:b>"),
    ],
)
def test_components(value: str, expected: str) -> None:
    assert url(value.encode(), MAPS).decode() == expected


@given(st.binary() | st.from_regex(rb"[a-z:/?#@=&;.%0-9]{0,60}", fullmatch=True))
def test_anything_at_all(value: bytes) -> None:
    same = Maps(*[bytes] * 6)
    assert url(value, same) == value


@pytest.mark.parametrize("unit", [b"/", b"a/", b"?", b"&a=b", b"#", b"@", b":", b".cfg", b"%41", b"sip:", b"a"])
def test_time_is_linear(unit: bytes) -> None:
    def seconds(size: int) -> float:
        best = float("inf")
        for _ in range(4):
            start = time.perf_counter()
            for data in (unit * size, b"http://" + unit * size, b"sip:" + unit * size):
                url(data, MAPS)
            best = min(best, time.perf_counter() - start)
        return best

    assert seconds(20000) < 30 * seconds(2500)
