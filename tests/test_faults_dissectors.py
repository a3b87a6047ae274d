"""Every dissector does nothing, one at a time, over a capture of its own protocol: what it leaves is noticed.

The fault is made in the second pass alone, so that everything was learned; each capture holds packets of one protocol,
and nothing else knows what is in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partialmethod
from pathlib import Path
from struct import pack
from typing import Any

import pytest

from scrubber.audit.rereading import Rereading
from scrubber.audit.residue import Residue
from scrubber.capture import dissect, magic
from scrubber.capture.file import CaptureFile
from scrubber.engine import PLAIN, Engine, Learner, Rewriter
from scrubber.readings.rewrite import Rewrite
from tests.capture import frames
from tests.capture.dissectors import (
    test_ami,
    test_bfcp,
    test_dhcp,
    test_dhcpv6,
    test_diameter,
    test_dtls,
    test_esl,
    test_gtp,
    test_h323,
    test_hep,
    test_http,
    test_iax2,
    test_ldap,
    test_megaco,
    test_mgcp,
    test_msrp,
    test_netbios,
    test_ntp,
    test_proxy,
    test_radius,
    test_rtcp,
    test_rtpengine,
    test_sap,
    test_sccp,
    test_sip,
    test_snmp,
    test_stun,
    test_tftp,
    test_tls,
    test_udptl,
    test_xmpp,
    test_zrtp,
)
from tests.capture.dissectors.test_dns import ASKED
from tests.capture.test_runs import whole
from tests.capture.test_traffic import segments
from tests.passes import KEY, rule_set
from tests.test_faults import commanded
from tests.test_faults_captures import lazy

DHCP = b"\1\1\6\0" + b"\x12\x34\x56\x78" + bytes(20) + test_dhcp.MAC + bytes(202) + b"\x63\x82\x53\x63"
QUERY = b"\x12\x34\1\0\0\1" + bytes(6) + ASKED + b"\0\1\0\1"
VOICE = (
    b"\x81\x08" + b"\x12\x34\0\0\x0a\0\x0b\xad\xca\xfe\1\2\3\4" + bytes((at * 37 + at * at) % 256 for at in range(160))
)
DATAGRAMS: dict[str, tuple[bytes, int, int]] = {
    "sip": (test_sip.INVITE, 5060, 5060),
    "stun": (
        test_stun.message(test_stun.attribute(6, b"alice:wanda"), test_stun.attribute(20, b"pbx.example")),
        4000,
        3478,
    ),
    "dtls": (test_dtls.record(22, test_dtls.handshake(1, test_dtls.hello())), 40000, 40002),
    "zrtp": (
        test_zrtp.packet(
            b"Hello", test_zrtp.hello(b"Talker 1.2".ljust(16), b"\x99", test_zrtp.ALGORITHMS, mac=b"ab" * 4)
        ),
        40000,
        40002,
    ),
    "hep": (test_hep.PACKET, 40000, 9060),
    "dns": (QUERY, 40000, 53),
    "syslog": (b"<134>Mar  2 18:03:12 tower7 phone[77]: user alice.doe@pbx.example.com registered", 514, 514),
    "dhcp": (DHCP + b"\x35\1\1\x0c\6wanda7\xff", 68, 67),
    "dhcpv6": (b"\1\xab\xcd\xef" + test_dhcpv6.option(1, b"\0\1\0\1\x11\x22\x33\x44" + test_dhcpv6.MAC), 546, 547),
    "netbios": (test_netbios.query(b"WANDAS-TOWER"), 137, 137),
    "ntp": (test_ntp.packet(2, test_ntp.ADDRESS, b"\0\0\0\1alicedoealicedoe"), 123, 123),
    "snmp": (test_snmp.response(test_snmp.UPTIME, b"\5\0", b"hunter22"), 40000, 161),
    "radius": (test_radius.packet(test_radius.attribute(1, b"alice.doe@example.com")), 40000, 1812),
    "ssdp": (
        b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nLOCATION: http://wanda.example:80/d.xml\r\n\r\n",
        1900,
        1900,
    ),
    "http": (test_http.GET, 40000, 80),
    "mgcp": (test_mgcp.CREATE, 40000, 2427),
    "megaco": (test_megaco.LONG, 40000, 2944),
    "rtpengine": (test_rtpengine.OFFER, 40000, 22222),
    "iax2": (test_iax2.NEW, 40000, 4569),
    "gtp": (test_gtp.message(32, test_gtp.element(1, b"\0\1\x01\x55\x05\x01\x21\xf3")), 40000, 2123),
    "h323": (b"\x0e\x40\1\2" + b"terminals of wanda", 40000, 1719),
    "tftp": (test_tftp.READ, 40000, 69),
    "diameter": (test_diameter.message(test_diameter.attribute(1, b"alice.doe@example.com")), 40000, 3868),
    "ldap": (test_ldap.entry(b"telephoneNumber", b"+15550100123"), 40000, 389),
    "rtcp": (
        test_rtcp.packet(201, 1, test_rtcp.SSRC + test_rtcp.BLOCK)
        + test_rtcp.packet(202, 1, test_rtcp.SSRC + b"\1\x0ewanda@tower77\0\0\0\0"),
        40001,
        40003,
    ),
    "bfcp": (test_bfcp.message(test_bfcp.attribute(12, b"Alice Doe")), 40000, 40002),
    "udptl": (test_udptl.packet(test_udptl.image(test_udptl.PAGE)), 40000, 40002),
    "sap": (test_sap.TYPED, 40000, 9875),
    "rtp": (VOICE, 40000, 40002),
}
"""By protocol, a payload that somebody is in, and the ports it travels between."""
STREAMS: dict[str, tuple[bytes, int]] = {
    "sip": (test_sip.INVITE, 5060),
    "http": (test_http.GET, 80),
    "proxy": (test_proxy.LINE + test_sip.INVITE, 5060),
    "tls": (
        test_tls.CLIENT_HELLO + test_tls.record(22, test_tls.CERTIFICATE) + test_tls.record(23, bytes(range(90))),
        443,
    ),
    "megaco": (b"\3\0" + (4 + len(test_megaco.LONG)).to_bytes(2) + test_megaco.LONG, 2944),
    "stun": (DATAGRAMS["stun"][0], 3478),
    "stunframes": (len(DATAGRAMS["stun"][0]).to_bytes(2) + DATAGRAMS["stun"][0], 40002),
    "hep": (test_hep.PACKET, 9060),
    "ami": (test_ami.LOGIN + test_ami.EVENT, 5038),
    "esl": (test_esl.block(b"text/event-plain", test_esl.EVENT), 8021),
    "msrp": (test_msrp.SEND, 2855),
    "xmpp": (test_xmpp.STREAM + test_xmpp.MESSAGE, 5222),
    "sccp": (test_sccp.REGISTER + test_sccp.CALL_INFO, 2000),
    "h323": (test_h323.SETUP, 1720),
    "bfcp": (DATAGRAMS["bfcp"][0], 5070),
    "diameter": (DATAGRAMS["diameter"][0], 3868),
    "ldap": (DATAGRAMS["ldap"][0], 389),
    "dns": (len(QUERY).to_bytes(2, "big") + QUERY, 53),
    "syslog": (b"%d %b" % (len(DATAGRAMS["syslog"][0]), DATAGRAMS["syslog"][0]), 601),
}
"""The same for what is spoken over TCP, and the port of the server."""


def ported(frame: bytes, port: int) -> bytes:
    """A segment to another port of the server."""
    at = 14 + 20
    segment = bytearray(frame[at:])
    segment[2:4], segment[16:18] = pack(">H", port), bytes(2)
    segment[16:18] = pack(">H", frames.inverted(frames.pseudo(len(segment), 6) + bytes(segment)))
    return frame[:at] + bytes(segment)


def capture(table: str, name: str) -> bytes:
    if table == "DATAGRAMS":
        payload, sport, dport = DATAGRAMS[name]
        return whole([frames.ethernet(frames.ipv4(frames.udp(payload, sport, dport)))] * 2)
    payload, port = STREAMS[name]
    return whole([ported(segment, port) for segment in segments(payload, (len(payload) // 2,))])


def test_no_protocol_is_missing() -> None:
    for table, shown in (("DATAGRAMS", DATAGRAMS), ("STREAMS", STREAMS)):
        assert {name for name, _ in lazy(getattr(dissect, table))} == set(shown)


@pytest.mark.parametrize(
    ("table", "name"), [*(("DATAGRAMS", name) for name in DATAGRAMS), *(("STREAMS", name) for name in STREAMS)]
)
def test_a_dissector_that_does_nothing_is_noticed(
    table: str, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = capture(table, name)
    kind = CaptureFile(magic.kind(data[:64]), rule_set())
    learner = Learner(rule_set())
    kind.learn(iter((data,)), learner)
    engine = Engine(rule_set(), KEY, learner.lexicon)

    def rewritten() -> bytes:
        return b"".join(kind.rewrite(iter((data,)), engine.rewriter(PLAIN)))

    def noticed(output: bytes) -> list[Any]:
        found = kind.residues(iter((output,)), Residue(engine).check)
        return [*found, *Rereading(engine).left(kind, iter((output,)))]

    right = rewritten()
    assert noticed(right) == []
    idle = next(protocols for named, protocols in lazy(getattr(dissect, table)) if named == name)
    monkeypatch.setattr(dissect, table, idle)
    faulty = rewritten()
    monkeypatch.undo()
    assert faulty != right
    assert noticed(faulty)
    given = tmp_path / "a.pcap"
    given.write_bytes(data)
    monkeypatch.setattr(CaptureFile, "rewrite", partialmethod(rewrite_with, table, idle))
    stopped = commanded(given)
    assert (stopped.exit_code, "residue" in stopped.output) == (10, True)
    assert not (tmp_path / "out").exists()
    monkeypatch.undo()
    assert commanded(given).exit_code == 0


def rewrite_with(
    kind: CaptureFile, table: str, protocols: tuple[Any, ...], chunks: Iterator[bytes], to: Rewriter
) -> Iterator[bytes]:
    """The second pass with other protocols; an audit has the right ones."""
    with pytest.MonkeyPatch.context() as patch:
        if isinstance(to.reader, Rewrite):
            patch.setattr(dissect, table, protocols)
        yield from list(REWRITE(kind, chunks, to))


REWRITE = CaptureFile.rewrite
