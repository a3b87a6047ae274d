from __future__ import annotations

import pytest

from scrubber.detectors import recording
from scrubber.model import Entity

NUMBER, EXTENSION, USER = Entity.NUMBER, Entity.EXTENSION, Entity.USER

HITS: list[tuple[bytes, list[tuple[bytes, Entity]]]] = [
    (
        b"MixMonitor(2025/03/02/out-15550100-1001-20250302-180312-1740938592.12.wav,b)",
        [(b"15550100", NUMBER), (b"1001", EXTENSION)],
    ),
    (b"q-400-15550100-20250302-180312-1740938592.12.wav", [(b"400", EXTENSION), (b"15550100", NUMBER)]),
    (b"internal-1001-1002-20250302-180312-1740938592.1.WAV", [(b"1001", EXTENSION), (b"1002", EXTENSION)]),
    (b"exten-1001-unknown-20250302-180312-1740938592.34.wav", [(b"1001", EXTENSION)]),
    (b"20250302-180312-15550100-incoming-Alice.wav", [(b"15550100", USER), (b"Alice", USER)]),
    (b"20250302-180312-alice.b-outgoing-1001.mp3", [(b"alice.b", USER), (b"1001", USER)]),
    (b"Opening '+15550100123.log'", [(b"+15550100123", NUMBER)]),
    (b"settings-1001.cfg and user_1002.ini", [(b"1001", EXTENSION), (b"1002", EXTENSION)]),
    (b"/var/log/asterisk/cdr-csv/ACME-0042.csv", [(b"ACME-0042", USER)]),
    (b"20250302_180312_447700900123.pcap", [(b"447700900123", NUMBER)]),
    (b"a.wav out-1001.wav", [(b"1001", EXTENSION)]),
    # certificates
    (b"/x5u path /alice-88213.pem", [(b"alice-88213", USER)]),
    (b"/keys/alice.key, 'client-bob-cert.crt'", [(b"alice", USER), (b"bob", USER)]),
    (b"15550100.pem /tls/key_1001.p12", [(b"15550100", USER), (b"1001", USER)]),
    ("/жанна.pem".encode(), [("жанна".encode(), USER)]),
    (b"alice.pem 1001.wav out-1001.wav", [(b"alice", USER), (b"1001", EXTENSION)]),
]

MISSES: list[bytes] = [
    b"",
    b"greeting.wav wrong.log MicroSIP_log.txt res_pjsip.conf",
    b"msg0000.txt full.1.gz log.1740938592.gz 1740938592.12.wav",
    b"sipdump-2025-03-02--17-41-21.data rec-20250302-180312.wav",
    b"cdr-csv/Master.csv",
    b"20261118103000_fax.pdf",
    b"v16.0.40.conf sln16.wav out-of-order.txt",
    b"pbx.c:2587 libfoo-58.so.2",
    b"0004aabbccdd-boot.log",
    b"/etc/asterisk/keys/asterisk.key ca-bundle.crt fullchain1.pem privkey.pem server-cert-01.pem dh2048.pem",
    b"event.key item.key() /keys/alice.keys alice.pem_x .pem /.key",
    b"/etc/ssl/certs/Vendor_Root_X1.pem /etc/kamailio/edge.acme.example.key pbx1.example.com.pem",
    b"/3f2504e0-4f89-11d3-9a0c-0305e82c3301.pem",
]


def found(text: bytes) -> list[tuple[bytes, Entity]]:
    return [(text[item.start : item.end], item.entity) for item in recording.find(text)]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_numbers_in_file_names_are_found(text: bytes, expected: list[tuple[bytes, Entity]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", MISSES)
def test_dates_and_counters_stay(text: bytes) -> None:
    assert found(text) == []
