"""For each thing that looks like a pseudonym, an original that nearly does."""

from __future__ import annotations

import pytest

from scrubber.engine import findings
from scrubber.formats import detect
from scrubber.judgement import JUDGES
from scrubber.model import Entity
from tests.passes import cleaned, rule_set

E = Entity
BESIDE = [
    (E.IPV4, b"240.1.2.3", b"223.1.2.3"),
    (E.IPV4, b"100.64.0.1", b"100.128.0.1"),
    (E.IPV4, b"172.31.0.1", b"172.32.0.1"),
    (E.IPV4, b"192.168.0.1", b"192.169.0.1"),
    (E.IPV4, b"169.254.1.1", b"169.253.1.1"),
    (E.IPV6, b"2001:db8::1", b"2001:db9::1"),
    (E.IPV6, b"fe80::1", b"fe80::21b:21ff:fe3a:9c7d%eth0"),
    (E.IPV6, b"fe80::dc4f:daff:feeb:9fb6", b"fe80::de4f:daff:feeb:9fb6"),
    (E.IPV6, b"fd1e:ee44::2", b"fd1e:ee44::21b:21ff:fe3a:9c7d"),
    (E.IPV6, b"fe80::200:ff:fe00:0", b"fe80::200:ff:fe00:1"),
    (E.IPV6, b"::ffff:253.25.157.35", b"::ffff:81.203.113.10"),
    (E.IPV6, b"64:ff9b::fd19:9d23", b"64:ff9b::51cb:710a"),
    (E.IPV6, b"::253.25.157.35", b"::81.203.113.10"),
    (E.IPV6, b"::1", b"2002:51cb:710a::1"),
    (E.HOST, b"wok.vaxepire.invalid", b"wok.vaxepire.invalid.example"),
    (E.HOST, b"wok.vaxepire.inval", b"wok.vaxepire.in"),
    (E.HOST, b"btf.bekut.invalid.voip", b"com.example.phone.voip"),
    (E.HOST, b"waxol-xehupe.local", b"waxol-xehupe.locale"),
    (E.HOST, b"35.157.25.253.in-addr.arpa", b"10.113.203.81.in-addr.arpa"),
    (E.HOST, b"5.2.10.in-addr.arpa", b"10.113.203.81.IN-ADDR.ARPA."),
    (E.HOST, b"8." + b"0." * 23 + b"8.b.d.0.1.0.0.2.ip6.arpa", b"8." + b"0." * 23 + b"4.c.9.2.0.a.2.0.ip6.arpa"),
    (E.HOST, b"6.9.8.6.1.6.0.8.7.2.4.4.e164.arpa", b"7.7.1.1.6.6.3.8.0.2.4.4.e164.arpa"),
    (E.HOST, b"253-25-157-35.dyn.kug.invalid", b"81-203-113-10.dyn.kug.invalid"),
    (E.HOST, b"253_25_157_35", b"81_203_113_10"),
    (E.HOST, b"ip10-1-2-3.local", b"ip81-203-113-10.local"),
    (E.HOST, b"a-1-2-3-4-5.invalid", b"a-81-2-3-45.invalid"),
    (E.EMAIL, b"wok@vaxepire.invalid", b"wok@vaxepire.invalid.example"),
    (E.MAC, b"de:4f:da:eb:9f:b6", b"dc:4f:da:eb:9f:b6"),
    (E.MAC, b"01:00:5e:00:00:01", b"00:00:5e:00:00:01"),
    (E.NUMBER, b"+442131272648", b"+442083661177"),
    (E.NUMBER, b"%2B442131272648", b"%2B442083661177"),
    (E.NUMBER, b"00442131272648", b"00442083661177"),
    (E.NUMBER, b"011442131272648", b"011442083661177"),
    (E.NUMBER, b"01144083661", b"011442083661177"),
    (E.SECRET, b"REDACTED", b"REDACTEDforever1"),
    (E.SECRET, b"REDACTEDcard", b"REDACTEDcards"),
    (E.SECRET, b"REDACTED7", b"REDACTED-77"),
    (E.SECRET, b"REDACTEDcallid", b"redacted"),
    (E.SECRET, b"AAAA=", b"AAAB="),
    (E.SECRET, b"00:00", b"00:01"),
    (E.CARD, b"0000 0000", b"0000 0001"),
    (E.TEXT, b"xxxxx xx.", b"xxxxx xy."),
    (E.TEXT, b"xxxxx REDACTEDcard", b"xxxxx REDACTEDcard Mallory"),
    (E.DTMF, b"00", b"01"),
]


@pytest.mark.parametrize(("entity", "pseudonym", "original"), BESIDE)
def test_what_nearly_looks_like_a_pseudonym(entity: Entity, pseudonym: bytes, original: bytes) -> None:
    assert not JUDGES[entity](pseudonym)
    assert JUDGES[entity](original)


SHOWN = [
    b"peer 10.113.203.81.in-addr.arpa timed out",
    b"lookup 7.7.1.1.6.6.3.8.0.2.4.4.e164.arpa NAPTR",
    b"addr fe80::21b:21ff:fe3a:9c7d%eth0 up",
    b"addr 64:ff9b::51cb:710a up",
    b"password=REDACTEDforever1",
    b"secret = REDACTED-77",
    b'{"password":"REDACTED-for-now"}',
    b"called 011442083661177 now",
    b"host 81-203-113-10.dyn.kug.invalid",
    b"Call-ID: 776asd@81_203_113_10",
    b"sip%3A1001%4081.203.113.10",
    b"Contact: <sip:x@y.invalid;fs_path=sip%3A1001%4081.203.113.10%3A5060>",
    b"%2B442083661177%40vaxepire.invalid",
    b"Authorization: Basic YWxpY2U6aHVudGVyMnNlY3JldA==",
    b"Signal=5",
]
"""Lines with one original, which does not always stand there as it is."""


@pytest.mark.parametrize("line", SHOWN)
def test_originals_are_shown_in_their_line_and_gone_from_what_comes_out(line: bytes) -> None:
    plain = detect.by_name("plain")
    block = b"nothing here\n" + line + b"\nnothing either\n"
    found = findings(block, rule_set(), plain)
    assert found
    assert {block.count(b"\n", 0, each.start) for each in found} == {1}
    assert findings(cleaned(block), rule_set(), plain) == []


def test_what_belongs_to_several_lines_is_not_lost() -> None:
    block = b"MESSAGE sip:b@x.invalid SIP/2.0\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nyo ho\n"
    assert E.TEXT in {found.entity for found in findings(block, rule_set(), detect.by_name("plain"))}
