from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import certificate
from tests.capture.wire import learning, rewriting
from tests.passes import DOUBLING, doubling


def der(tag: int, *content: bytes) -> bytes:
    data = b"".join(content)
    if len(data) < 128:
        return bytes((tag, len(data))) + data
    return bytes((tag, 0x82)) + len(data).to_bytes(2) + data


def name(attribute: bytes, text: bytes) -> bytes:
    return der(0x30, der(0x31, der(0x30, der(6, b"\x55\x04" + attribute), der(12, text))))


ALGORITHM = der(0x30, der(6, bytes.fromhex("2a864886f70d01010b")), der(5))
NAMES = der(0x30, der(0x82, b"pbx.example.com"), der(0x87, bytes((192, 0, 2, 77))), der(0x81, b"wanda@example.com"))
KEY = der(
    0x30,
    der(0x30, der(6, bytes.fromhex("2a864886f70d010101")), der(5)),
    der(3, b"\0" + der(0x30, der(2, b"KEYS" * 40), der(2, b"\1\0\1"))),
)
EXTENSIONS = der(
    0x30,
    der(0x30, der(6, b"\x55\x1d\x11"), der(4, NAMES)),
    der(0x30, der(6, b"\x55\x1d\x0e"), der(4, der(4, b"keyidentifierofwanda"))),
    der(0x30, der(6, b"\x55\x1d\x0f"), der(1, b"\xff"), der(4, der(3, b"\5\xa0"))),
    der(0x30, der(6, bytes.fromhex("2b0601040199887766")), der(4, b"private words")),
    der(0x30, der(6, b"\x55\x1dprivate words"), der(4, der(0x30, b"w\0a\0n\0d\0a\0"))),
)
CERTIFICATE = der(
    0x30,
    der(
        0x30,
        der(0xA0, der(2, b"\2")),
        der(2, b"\x11\x22serial"),
        ALGORITHM,
        name(b"\x0a", b"Acme Widgets"),
        der(0x30, der(23, b"250102030405Z"), der(24, b"20350102030405Z")),
        name(b"\x03", b"pbx.example.com"),
        KEY,
        der(0xA3, EXTENSIONS),
    ),
    ALGORITHM,
    der(3, b"\0", b"signature of many octets" * 8),
)
PLANTED = (
    b"Acme",
    b"pbx.example",
    b"wanda",
    b"serial",
    b"KEYS",
    b"signature",
    b"private",
    bytes((192, 0, 2, 77)),
    b"030405",
    b"w\0a\0n",
)


def test_the_skeleton_stays_and_the_identity_goes() -> None:
    new = certificate.blanked(CERTIFICATE, rewriting())
    assert len(new) == len(CERTIFICATE)
    assert not [value for value in PLANTED if value in new]
    assert b"250102000000Z" in new
    assert b"20350102000000Z" in new
    assert b"\x55\x04\x0a" in new
    assert new.count(b".invalid") == 2
    assert ALGORITHM in new
    assert der(4, der(3, b"\5\xa0")) in new
    assert certificate.blanked(new, learning()[0]) == new


def test_timestamps_of_logs() -> None:
    stamp = b"\0" + b"log and time of wanda at that day" + b"1234567" + b"\0\0\4\3\0\xc8" + b"sign" * 50
    listed = (len(stamp) + 2).to_bytes(2) + len(stamp).to_bytes(2) + stamp
    new = certificate.blanked(der(0x30, der(4, der(4, listed))), rewriting())
    assert new.endswith(listed[:5] + bytes(40) + b"\0\0\4\3\0\xc8" + bytes(200))


@pytest.mark.parametrize(
    "data", [b"", b"\x30", b"no certificate", CERTIFICATE[:-1], CERTIFICATE + b"more", b"\x30\x80\0\0"]
)
def test_what_is_no_certificate_is_blanked(data: bytes) -> None:
    assert certificate.blanked(data, rewriting()) == bytes(len(data))


@given(st.binary(max_size=120))
def test_any_octets(data: bytes) -> None:
    for payload in (data, der(0x30, data), der(0x30, der(4, data)), CERTIFICATE[:60] + data):
        assert len(certificate.blanked(payload, rewriting())) == len(payload)
        assert certificate.blanked(payload, learning()[0]) == payload


def test_depth_is_bounded() -> None:
    data = b"secret"
    for _ in range(200):
        data = der(0x30, data)
    new = certificate.blanked(data, rewriting())
    assert len(new) == len(data)
    assert b"secret" not in new


@pytest.mark.parametrize("unit", [b"\x30\0", b"\2\1\1", b"\4\2\4\0"])
def test_time_is_linear(unit: bytes) -> None:
    to = rewriting()

    def work(data: bytes) -> None:
        certificate.blanked(bytes((0x30, 0x83)) + len(data).to_bytes(3) + data, to)

    assert doubling(work, unit, 1 << 14) <= DOUBLING


@pytest.mark.parametrize("text", [b"wanda", b"*.w", b"a"])
def test_a_name_without_room_for_its_pseudonym_is_read_again_as_it_is(text: bytes) -> None:
    """What is left of ``.invalid`` is blanked by no other reading."""
    to = rewriting()
    once = certificate.blanked(der(0x30, der(0x82, b"ab.io"), der(12, text)), to)
    assert certificate.blanked(once, to) == once
