"""Members of JSON and markup in the lines of a log."""

from __future__ import annotations

import pytest

from tests.passes import cleaned

STAYS = [
    b'{"ts":"2025-03-02T10:00:00Z","level":"info","msg":"call setup","state":"ringing","ver":"1.2.3","took":"12ms"}',
    b'{"level":"warning","method":"INVITE","codec":"PCMU","secure":"yes","rtt":"0.012"}',
    b'Mar  2 10:00:00 pbx app[12]: {"ts":"2025-03-02T10:00:01Z","level":"info","method":"INVITE"}',
    b"<status code='200'>OK</status>",
    b'<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing" xsi:schemaLocation="urn:x iscomposing.xsd">',
    b'{"frame.cap_len":"1188","tcp.flags.str":"AP","frame.protocols":"eth:ethertype:ip:tcp:sip"}',
    b'<field name="ip.checksum" showname="Header Checksum: 0x3922" size="2" show="0x3922"/>',
    b'{"layers":{"_type":"pcap_file"}}',
]


@pytest.mark.parametrize("line", STAYS)
def test_words_of_protocols_stay(line: bytes) -> None:
    assert cleaned(line) == line


GONE = [
    (b'{"level":"info","zork":"Marta Kestrel"}', (b"Marta", b"Kestrel")),
    (b'{"level":"info","blob":"mkestrel","floof":"lintel-glass-9"}', (b"mkestrel", b"lintel", b"glass")),
    (b'{"level":"info","state":"Marta Kestrel"}', (b"Marta", b"Kestrel")),
    (b'{"level":"info","payload":"{\\"zork\\":\\"Marta\\"}"}', (b"Marta",)),
    (b'{"level":"info","tags":["Marta","vip"]}', (b"Marta", b"vip")),
    (b'Mar  2 10:00:00 pbx app[12]: {"level":"info","zork":"Marta Kestrel"}', (b"Marta", b"Kestrel")),
    (b'10:00:00 sending {"level":"info","zork":"Marta Kestrel"}', (b"Marta", b"Kestrel")),
    (b"<zork>Marta Kestrel</zork>", (b"Marta", b"Kestrel")),
    (b"<item zork='Marta Kestrel'/>", (b"Marta", b"Kestrel")),
]


@pytest.mark.parametrize(("line", "gone"), GONE)
def test_what_no_rule_names_goes(line: bytes, gone: tuple[bytes, ...]) -> None:
    new = cleaned(line)
    assert [value for value in gone if value in new] == []
