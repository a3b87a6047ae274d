from __future__ import annotations

import pytest

from scrubber.detectors import location
from scrubber.model import Entity

HITS: list[tuple[bytes, list[bytes]]] = [
    (b"lat=51.5074 lon=-0.1278", [b"51.5074", b"-0.1278"]),
    (b"latitude: 51.5", [b"51.5"]),
    (b'{"lat":51.5,"lng":-0.12}', [b"51.5", b"-0.12"]),
    (b'\\"longitude\\":\\"13.4\\"', [b"13.4"]),
    (b"<latitude>51.5</latitude>", [b"51.5"]),
    (b"position 51.507, -0.128 now", [b"51.507, -0.128"]),
    (b"at 51.5074,-0.1278", [b"51.5074,-0.1278"]),
    (b"Geolocation: <geo:51.5,-0.12;u=35>", [b"51.5,-0.12"]),
    (b"geo:51,0", [b"51,0"]),
    (b"<gml:pos>51.5 -0.12</gml:pos>", [b"51.5 -0.12"]),
    (b"N52 31.2 E13 24.5", [b"N52 31.2", b"E13 24.5"]),
    ("52°31'12\"N 13°24'36\"E".encode(), ["52°31'12\"N".encode(), "13°24'36\"E".encode()]),
    (b"$GPGGA,123519,4807.038,N,01131.000,E,1", [b"4807.038,N,01131.000,E"]),
    (b"3GPP-UTRAN-FDD; utran-cell-id-3gpp=23415abcd1234567;x", [b"23415abcd1234567"]),
    (b'3GPP-GERAN;cgi-3gpp="2341500010001"', [b"2341500010001"]),
    (b"IEEE-802.11;i-wlan-node-id=001122334455", [b"001122334455"]),
    (b"Cell-ID: 12345", [b"12345"]),
]

MISSES: list[bytes] = [
    b"",
    b"translated 12.5 to latin, latency: 12.345 ms",
    b"jitter 0.000422, 0.001555 loss 12.345, 15.678",
    b"start 1740938592.338015 answer 1740938592.397678",
    b"version 1.2.3, 4.5.6",
    b"mutlang=en long=yes flat=0.5x",
    b"200.1234, 10.1234",
    b"cancelled N5 S10 E 12",
    b"Location: https://x/",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_places_are_found(text: bytes, expected: list[bytes]) -> None:
    findings = list(location.find(text))
    assert [text[item.start : item.end] for item in findings] == expected
    assert {item.entity for item in findings} == {Entity.LOCATION}


@pytest.mark.parametrize("text", MISSES)
def test_measurements_stay(text: bytes) -> None:
    assert list(location.find(text)) == []
