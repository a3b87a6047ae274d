from __future__ import annotations

import pytest

from scrubber.detectors import domain

HITS: list[tuple[bytes, list[bytes]]] = [
    (b"pbx.example.com", [b"pbx.example.com"]),
    (b"at voip.doe-haulage.wales", [b"voip.doe-haulage.wales"]),
    (b"PBX.EXAMPLE.COM and example.org.", [b"PBX.EXAMPLE.COM", b"example.org"]),
    (b"_sip._udp.edge.example.net", [b"edge.example.net"]),
    (b"/etc/keys/pbx.example.com.crt", [b"pbx.example.com"]),
    (b"IP pbx.example.com.5060 > x", [b"pbx.example.com"]),
    (b"....pbx.example.com:5060...", [b"pbx.example.com"]),
    (b"*.example.net %40edge.example.net", [b"example.net", b"edge.example.net"]),
    (b"pc-7.office.lan pbx.local phone.home.arpa", [b"pc-7.office.lan", b"pbx.local", b"phone.home.arpa"]),
    (
        b"sip.example.pl sip.example.co.id pbx.example.info",
        [b"sip.example.pl", b"sip.example.co.id", b"pbx.example.info"],
    ),
    (b"gw.example.sh:5060 example.pl:5061", [b"gw.example.sh", b"example.pl"]),
    (b"example.xn--p1ai", [b"example.xn--p1ai"]),
    (b"belle-sip-message-pbx.example.com resolved", [b"pbx.example.com"]),
]

MISSES: list[bytes] = [
    b"event.team log.audio stream.video",
    b"pbx.c app_dial.c chan_sip.c:25650 libfoo.so libavcodec.58.so Main.cpp",
    b"extensions.conf /etc/rc.local jail.local extensions.conf.example",
    b"build.sh foo.py:12 queue.pl agi-bin/x.pl README.md config.h.in",
    b"netborder.gw.routing java.io.IOException com.acme.softphone.voip org.acme.net.Client",
    b"event.target.name sip.to.host ip.id user.name=x console.log(x) log.info logger.info(x)",
    b"System.Net Foo.Com 12.de 1.2.3 0.000422 sec",
    b"tcp.flags.ae ip.dst.ge frame.time.uk",
    b"Linux-6.18.44/x86_64/glibc-2.36",
    b"",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_host_names_are_found(text: bytes, expected: list[bytes]) -> None:
    assert [text[first:last] for first, last in domain.names(text, 0, len(text))] == expected


@pytest.mark.parametrize("text", MISSES)
def test_other_dotted_names_stay(text: bytes) -> None:
    assert list(domain.names(text, 0, len(text))) == []
