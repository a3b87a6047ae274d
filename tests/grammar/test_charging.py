from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import charging
from tests.grammar.lossless import LINEAR, Named, check, gaps, growth, named


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            b'icid-value="AyretyU0dm+6O2IrT5tAFrbHLso=";icid-generated-at=192.0.2.8;orig-ioi=home1.example;term-ioi="b"',
            [
                (b"AyretyU0dm+6O2IrT5tAFrbHLso=", "identifier"),
                (b"192.0.2.8", "host"),
                (b"home1.example", "host"),
                (b"b", "host"),
            ],
        ),
        (b'icid-value=1;transit-ioi="a.example.1, Type 2"', [
            (b"1", "identifier"), (b"a.example.1", "host"), (b"Type 2", "name"),
        ]),
        (b"ccf=192.0.2.1; ccf=[2001:db8::1]:3868, ecf=h.example", [
            (b"192.0.2.1", "host"), (b"2001:db8::1", "host"), (b"h.example", "host"),
        ]),
        (b"ggsn=192.0.2.9;auth-token=4fee;pdp-sig=no;gcid=723084371;flow-id=({1,1})", [
            (b"192.0.2.9", "host"), (b"4fee", "secret"), (b"723084371", "identifier"), (b"({1", "free"),
            (b"1})", "free"),
        ]),
        (b"own-note=Bob", [(b"Bob", "free")]),
        (b"", []),
    ],
)  # fmt: skip
def test_charging(data: bytes, expected: Named) -> None:
    assert named(data, charging.parse(data)) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=0010100010000A01;network-provided", [(b"0010100010000A01", "location")]),
        (b'IEEE-802.11;i-wlan-node-id=00005e005301;UE-local-IP-address="192.0.2.7"', [
            (b"00005e005301", "mac"), (b"192.0.2.7", "host"),
        ]),
        (b'ADSL;dsl-location="Main Street 1";local-time-zone="UTC+01:00";daylight-saving-time="01"', [
            (b"Main Street 1", "location"), (b"UTC+01:00", "location"),
        ]),
        (b"3GPP-NR-FDD;next-release-field=0A01;cell-info-age=5, IEEE-802.3", [(b"0A01", "location")]),
        (b'cgi-3gpp="00101"', [(b"00101", "location")]),
        (b"Main Street", [(b"Street", "free")]),
        (b"", []),
    ],
)  # fmt: skip
def test_access_network(data: bytes, expected: Named) -> None:
    assert named(data, charging.parse_access(data)) == expected


def test_what_stays() -> None:
    data = b"3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=00101;network-provided"
    assert gaps(data, charging.parse_access(data)) == b"3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=|;network-provided"


@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    check(charging.parse(data), 0, len(data))
    check(charging.parse_access(data), 0, len(data))


@pytest.mark.parametrize("unit", [b";", b",", b'"\\', b"=", b"<", b"a=1", b" ", b'transit-ioi="'])
def test_time_is_linear(unit: bytes) -> None:
    assert growth(charging.parse, unit) < LINEAR
    assert growth(lambda data: charging.parse_access(data + b"x=1"), unit) < LINEAR
