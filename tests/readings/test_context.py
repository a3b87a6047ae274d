"""The message around a line: bodies, folded and unknown fields, the counts of their bytes, and what is cut off."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from scrubber.readings.textline import ends_message
from tests.passes import DOUBLING, cleaned, doubling, rewritten

SDP = (
    b"v=0\r\no=carla 20518 1 IN IP4 198.51.100.7\r\ns=Carlas call\r\ni=about Mallory\r\nc=IN IP4 198.51.100.7\r\n"
    b"t=0 0\r\n"
    b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\nm=audio 49170 RTP/AVP 0\r\n"
    b"a=candidate:1 1 UDP 2130706431 198.51.100.7 49170 typ host\r\n"
)
INVITE = (
    b"INVITE sip:bobbysmith@doeberg.example SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK776asdhds;received=203.0.113.9\r\n"
    b'From: "Carla Quarles" <sip:carlaq@doeberg.example>;tag=1928301774\r\n'
    b"To: <sip:bobbysmith@doeberg.example>\r\nCall-ID: a84b4c76e66710@198.51.100.7\r\nCSeq: 314159 INVITE\r\n"
    b"Contact: <sip:carlaq@198.51.100.7:5062;transport=tcp>\r\nP-Asserted-Identity: <tel:+15550100123>\r\n"
    b'Authorization: Digest username="carlaq", realm="doeberg.example", nonce="84a4cc6f3082121f32b42a2187831a9e",'
    b' uri="sip:doeberg.example", response="7587245234b3434cc3412213e5f113a5"\r\n'
    b"X-Secret-Pin: 90125\r\nSubject: Budget meeting\r\n with Trudy\r\nX-Unheard: Eve Underhill\r\n"
    b"User-to-User: 56a390f3d2b7310023a2;encoding=hex\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n"
) % len(SDP) + SDP
VALUES = (
    b"bobbysmith doeberg 198.51.100.7 776asdhds 203.0.113.9 Carla Quarles carlaq 1928301774 a84b4c76e66710 15550100123"
    b" 84a4cc6f3082121f32b42a2187831a9e 7587245234b3434cc3412213e5f113a5 90125 Budget Trudy Underhill"
    b" 56a390f3d2b7310023a2 Carlas Mallory d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"
).split()


def message(content_type: bytes, body: bytes, off: int = 0, extra: bytes = b"") -> bytes:
    return (
        b"MESSAGE sip:bobby@doeberg.example SIP/2.0\r\nFrom: <sip:carla@doeberg.example>;tag=as1928301774\r\n"
        b"Call-ID: a84b4c76e66710@198.51.100.7\r\nCSeq: 1 MESSAGE\r\n"
        + extra
        + b"Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (content_type, len(body) + off, body)
    )


Wrap = Callable[[bytes], bytes]


def lined(prefix: bytes) -> Wrap:
    return lambda data: b"\n".join(prefix + line for line in data.split(b"\r\n"))


WRAPPINGS: dict[str, tuple[str, Wrap]] = {
    "bare": ("plain", lambda data: data),
    "line feeds": ("plain", lambda data: data.replace(b"\r\n", b"\n")),
    "asterisk": (
        "asterisk",
        lambda data: (
            b"[2025-03-02 18:03:12.350] VERBOSE[4068] res_pjsip_logger.c: <--- Received SIP request (%d bytes) from"
            b" UDP:198.51.100.7:5060 --->\n%s\n\n[2025-03-02 18:03:12.351] VERBOSE[4068] x.c: done\n"
            % (len(data), data)
        ),
    ),
    "pjsip": (
        "pjsip",
        lambda data: (
            b"18:00:12.385           pjsua_core.c  .TX %d bytes Request msg INVITE/cseq=38210 (tdta0x18f31c) to UDP"
            b" 203.0.113.9:5060:\n%s\n--end msg--\n" % (len(data), data)
        ),
    ),
    "ngrep": (
        "ngrep",
        lambda data: (
            b"U 2025/03/02 19:05:11.019613 192.0.2.61:5060 -> 198.51.100.30:5060 #1\n" + data.replace(b"\r\n", b".\n")
        ),
    ),
    "json": (
        "json",
        lambda data: (
            b'{"level":"VERBOSE","message":"received\\n'
            + data.replace(b'"', b'\\"').replace(b"\r\n", b"\\r\\n")
            + b'"}'
        ),
    ),
}


@pytest.mark.parametrize("name", WRAPPINGS)
def test_no_value_survives_wherever_a_message_is_cut(name: str) -> None:
    fmt, wrap = WRAPPINGS[name]
    for cut in range(1, len(INVITE) + 1):
        new = rewritten(wrap(INVITE[:cut]), fmt)
        assert [value for value in VALUES if value in new] == [], cut


@pytest.mark.parametrize("name", WRAPPINGS)
def test_no_value_survives_in_a_whole_message(name: str) -> None:
    fmt, wrap = WRAPPINGS[name]
    new = cleaned(wrap(INVITE), fmt)
    assert [value for value in VALUES if value in new] == []


FOREIGN: dict[str, tuple[str, Wrap]] = {
    "host and program behind the prefix": ("syslog", lined(b"Mar  2 18:10:12 edge1 prog[23]: ")),
    "linphone": ("linphone", lined(b"2025-03-02 18:47:17:176 belle-sip-message-")),
    "indented": ("plain", lined(b"   ")),
    "carriage returns": ("plain", lambda data: data.replace(b"\r\n", b"\r")),
    "words before the start line": ("plain", lambda data: b"msg: " + data.replace(b"\r\n", b"\\r\\n")),
    "words of no label": ("plain", lambda data: b"Got-it: " + data.replace(b"\r\n", b"\\r\\n")),
    "words on a line": ("plain", lambda data: b"bobbysmith sends \t" + data),
    "words behind a prefix": ("asterisk", lambda data: b"[2025-03-02 18:03:12] NOTICE[1] x.c: got " + data),
    "quoted": ("plain", lined(b"> ")),
    "in a list": ("plain", lined(b"  - ")),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_no_value_survives_in_other_notations(name: str) -> None:
    fmt, wrap = FOREIGN[name]
    new = cleaned(wrap(INVITE), fmt)
    assert [value for value in VALUES if value in new] == []


BODIES = {
    "text": (b"text/plain", b"Meet Mallory at nine\r\nor Trudy at ten"),
    "paragraphs": (b"text/plain", b"Meet Mallory\r\n\r\nor Trudy\r\n"),
    "dtmf": (b"application/dtmf-relay", b"Signal=5\r\nDuration=160\r\n"),
    "pidf": (
        b"application/pidf+xml",
        b'<presence entity="sip:mallory@doeberg.example">\r\n<note>Lunch with Trudy</note>\r\n</presence>\r\n',
    ),
    "multipart": (
        b"multipart/mixed;boundary=b1",
        b"--b1\r\nContent-Type: text/plain\r\n\r\nMeet Mallory\r\n--b1\r\nContent-Type: application/sdp\r\n\r\n"
        + SDP
        + b"--b1--\r\n",
    ),
    "unknown": (b"application/x-vendor", b"customer Mallory and Trudy"),
    "sdp": (b"application/sdp", SDP),
}
LENGTH = re.compile(rb"Content-Length: *([0-9]+)")


def difference(data: bytes) -> int:
    """Declared length less the real one, of the only message in a text."""
    found = LENGTH.search(data)
    assert found is not None
    return int(found[1]) - (len(data) - data.index(b"\r\n\r\n") - 4)


@pytest.mark.parametrize("off", [0, 3, 40, -1])
@pytest.mark.parametrize("name", BODIES)
def test_a_right_length_stays_right_and_a_wrong_one_wrong(name: str, off: int) -> None:
    content_type, body = BODIES[name]
    new = cleaned(message(content_type, body, off))
    assert difference(new) == off
    for value in (b"Mallory", b"mallory", b"Trudy", b"carla", b"doeberg", b"Signal=5", b"198.51.100.7"):
        assert value not in new


@pytest.mark.parametrize("wrapping", [*WRAPPINGS, *FOREIGN])
@pytest.mark.parametrize("name", BODIES)
def test_bodies_in_logs(name: str, wrapping: str) -> None:
    content_type, body = BODIES[name]
    fmt, wrap = (WRAPPINGS | FOREIGN)[wrapping]
    for off in (0, 3):
        new = cleaned(wrap(message(content_type, body, off)), fmt)
        for value in (b"Mallory", b"mallory", b"Trudy", b"carla", b"Signal=5"):
            assert value not in new


@pytest.mark.parametrize(
    ("content_type", "body", "off", "fields"),
    [
        pytest.param(b"text/plain", b"Meet Mallory\r\nand Trudy at ten\r\n", -20, b"", id="declared too short"),
        pytest.param(b"text/plain", b"Mallory\r\nand\r\n\r\nTrudy at ten\r\n", -20, b"", id="paragraphs, too short"),
        pytest.param(b"text/plain", b"and Trudy at ten\r\n", -18, b"", id="declared empty"),
        pytest.param(b"text/plain", b"x\n" * 40 + b"and Trudy at ten", 0, b"", id="bare line feeds"),
        pytest.param(b"text/plain", b"x\n\n" * 40 + b"and Trudy at ten", 0, b"", id="paragraphs, line feeds"),
        pytest.param(b"application/x-vendor", b"x\r\n\r\nand Trudy at ten\r\n", -9, b"", id="of unknown type"),
        pytest.param(b"text/plain", b"Meet Mallory\r\n\r\nand Trudy at ten\r\n", None, b"", id="no length"),
    ],
)
def test_all_of_a_body_is_suppressed(content_type: bytes, body: bytes, off: int | None, fields: bytes) -> None:
    data = message(content_type, body, off or 0, fields)
    if off is None:
        data = re.sub(rb"Content-Length: [0-9]+\r\n", b"", data)
    assert b"Trudy" not in cleaned(data)
    assert b" at " not in cleaned(data)


@pytest.mark.parametrize("fields", [b"", b"Content-Length: 33\r\n", b"Content-Length: 999\r\n"])
@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_what_somebody_wrote_is_suppressed_without_a_type(wrapping: str, fields: bytes) -> None:
    fmt, wrap = WRAPPINGS[wrapping]
    data = message(b"text/plain", b"Meet Mallory\r\nand Trudy at ten\r\n")
    data = re.sub(rb"Content-Type: .*\r\nContent-Length: [0-9]+\r\n", fields, data)
    assert b"Content-Type" not in data
    new = cleaned(wrap(data), fmt)
    assert not [word for word in (b"Trudy", b"Mallory", b" at ten", b"Meet") if word in new]


RECORD = b"[2025-03-02 18:03:12.351] VERBOSE[4068] x.c: ringing"


@pytest.mark.parametrize("off", [0, -9, 9])
@pytest.mark.parametrize("end", [b"", b"\r\n"])
@pytest.mark.parametrize("blank", [b"\n", b"\n\n"])
def test_records_behind_content_stay(off: int, end: bytes, blank: bytes) -> None:
    data = message(b"text/plain", b"Meet Mallory" + end, off) + blank + RECORD + b"\n"
    new = cleaned(data, "asterisk")
    assert b"Mallory" not in new
    assert new.endswith(blank + RECORD + b"\n")


@pytest.mark.parametrize("off", [0, -3, 3])
@pytest.mark.parametrize(
    "stamp",
    [b"[2025-03-02 18:03:12]", b"2025/03/02", b"02.03.2025", b"18:03:12.351", b"Mar  2 18:03:12", b"1740938592.123"],
)
def test_records_of_an_unknown_log_behind_content_stay(stamp: bytes, off: int) -> None:
    record = b"\n%s worker: ringing at last\n" % stamp
    data = message(b"text/plain", b"Meet Mallory\r\n2025/03/02 at nine", off)
    new = cleaned(data + record + b"and again\n")
    assert b"Mallory" not in new
    assert b" at nine" not in new
    assert (b"ringing at last\nand again" in new) == (off <= 0)


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_a_blank_line_ends_content_of_the_declared_length(end: bytes) -> None:
    data = message(b"text/plain", b"Meet Mallory" + end + b"at nine" + end) + b"\nringing at last\n"
    assert cleaned(data).endswith(b"\nringing at last\n")


@pytest.mark.parametrize("name", ["text", "dtmf", "pidf", "unknown"])
@pytest.mark.parametrize("wrapping", ["bare", "line feeds", "pjsip", "asterisk", "json"])
def test_messages_of_a_stream_stand_one_behind_the_other(name: str, wrapping: str) -> None:
    fmt, wrap = WRAPPINGS[wrapping]
    content_type, body = BODIES[name]
    one = message(content_type, body.rstrip(), extra=b"Subject: Mallory\r\nContact: <sip:carla@8.8.8.8>\r\n")
    last = message(b"application/sdp", SDP)
    new = cleaned(wrap(one * 3 + last), fmt)
    for value in (b"Mallory", b"mallory", b"Trudy", b"carla", b"Signal=5"):
        assert value not in new
    assert new.count(b"CSeq: 1 MESSAGE") == len(re.findall(rb"MESSAGE sip:[a-z0-9@.-]+ SIP/2.0", new)) == 4
    if wrapping == "bare":
        assert new.count(b"\n") == (one * 3 + last).count(b"\n")
        starts = [match.start() for match in re.finditer(rb"MESSAGE sip:", new)]
        for start, end in zip(starts, [*starts[1:], len(new)], strict=True):
            assert difference(new[start:end]) == 0


def test_a_stream_takes_linear_time() -> None:
    one = message(b"text/plain", b"Meet Mallory at nine")
    assert doubling(rewritten, one, 1 << 15) <= DOUBLING


BANNERS = {
    "asterisk": (
        "asterisk",
        b"[2025-03-02 18:03:12] VERBOSE[4068] x.c: <--- Transmitting SIP request (%d bytes) to UDP:x --->\n",
        b"\n",
    ),
    "pjsip": (
        "pjsip",
        b"18:00:12.385     pjsua_core.c  .TX %d bytes Request msg INVITE/cseq=1 (tdta0x18f) to UDP:\n",
        b"\n--end msg--\n",
    ),
    "linphone": (
        "linphone",
        b"2025-03-02 18:47:17:176 belle-sip-message-channel [0x55c2]: message sent to [UDP://x], size: [%d] bytes\n",
        b"\n",
    ),
    "freeswitch": (
        "plain",
        b"send %d bytes to udp/[192.0.2.7]:5060 at 18:00:12.349:\n------------------------\n",
        b"\n",
    ),
}


@pytest.mark.parametrize("name", BANNERS)
@pytest.mark.parametrize("body", ["sdp", "text", "pidf", "multipart"])
def test_banners_grow_with_their_message(name: str, body: str) -> None:
    fmt, banner, end = BANNERS[name]
    # a public address that grows, a host that changes its length, and a body that does
    data = message(*BODIES[body], extra=b"Contact: <sip:carla@8.8.8.8>\r\nRoute: <sip:a.bb.ccc.example;lr>\r\n")
    new = cleaned(banner % len(data) + data + end, fmt)
    counted = re.search(rb"([0-9]+)[)\]]? bytes", new)
    assert counted is not None
    assert int(counted[1]) == len(new[new.index(b"MESSAGE sip") :]) - len(end)
    assert int(counted[1]) != len(data)


@pytest.mark.parametrize(
    ("field", "hidden"),
    [
        (b"X-Unheard: Mallory", b"Mallory"),
        (b"X-Unheard: yes;who=Mallory", b"Mallory"),
        (b"s: Mallory", b"Mallory"),
        (b"f: Mallory <sip:1@doeberg.example>", b"Mallory"),
        (b"m: <sip:mallory@8.8.8.8>", b"mallory"),
        (b"i: mallory1234@8.8.8.8", b"mallory"),
        (b"Subject: x\r\n Mallory\r\n\tand more", b"Mallory"),
        (b"X-Unheard: x\r\n Mallory", b"Mallory"),
        (b'P-Asserted-Identity: "x"\r\n <sip:mallory@8.8.8.8>', b"mallory"),
        (b"Organization: Mallory Ltd", b"Mallory"),
    ],
)
@pytest.mark.parametrize("name", WRAPPINGS)
def test_fields_that_need_their_message(name: str, field: bytes, hidden: bytes) -> None:
    fmt, wrap = WRAPPINGS[name]
    new = cleaned(wrap(message(b"application/sdp", SDP, extra=field + b"\r\n")), fmt)
    assert hidden not in new


@pytest.mark.parametrize("name", WRAPPINGS)
@pytest.mark.parametrize("body", BODIES)
def test_messages_of_compact_names(name: str, body: str) -> None:
    fmt, wrap = WRAPPINGS[name]
    data = message(*BODIES[body]).replace(b"From:", b"f:").replace(b"Call-ID:", b"i:")
    data = data.replace(b"\r\nContent-Type:", b"\r\nc:", 1).replace(b"Content-Length:", b"l:", 1)
    new = rewritten(wrap(data), fmt)
    for value in (b"Mallory", b"mallory", b"Trudy", b"carla", b"Carlas", b"Signal=5"):
        assert value not in new
    if name == "bare":
        length = re.search(rb"\bl: *([0-9]+)", new)
        assert length is not None
        assert int(length[1]) == len(new) - new.index(b"\r\n\r\n") - 4


PREFIXED = lined(b"[2025-03-02 18:03:12] VERBOSE[4068][C-00000007] chan_sip.c: ")


def test_a_prefix_on_every_line_of_a_message() -> None:
    new = cleaned(PREFIXED(INVITE), "asterisk")
    assert [value for value in VALUES if value in new] == []
    assert new.count(b"\n[2025-03-02 18:03:12] VERBOSE[4068][C-00000007] chan_sip.c: ") == new.count(b"\n")


@pytest.mark.parametrize(
    "data",
    [
        INVITE[: INVITE.index(b"Carla") + 5],
        *(message(*BODIES[name]) for name in BODIES if name != "dtmf"),
        *(
            message(b"application/sdp", b"v=0\r\n", extra=field)
            for field in (
                b"X-Unheard: Mallory\r\n",
                b"X-Unheard: yes;who=Mallory\r\n",
                b"X-Unheard: x\r\n Mallory\r\n",
                b"Subject: x\r\n Mallory\r\n",
                b"s: Mallory\r\n",
                b"f: Mallory <sip:1@doeberg.example>\r\n",
            )
        ),
    ],
)
def test_fields_and_bodies_behind_a_prefix(data: bytes) -> None:
    new = cleaned(PREFIXED(data), "asterisk")
    assert [value for value in (b"Mallory", b"mallory", b"Trudy", b"Carla", b"Signal=5") if value in new] == []


@pytest.mark.parametrize("name", [*WRAPPINGS, *FOREIGN])
def test_lines_stay_lines(name: str) -> None:
    fmt, wrap = (WRAPPINGS | FOREIGN)[name]
    for data in (INVITE, *(message(*body) for body in BODIES.values())):
        before = wrap(data)
        after = cleaned(before, fmt)
        assert after.count(b"\n") == before.count(b"\n")
        assert after.count(b"\r") == before.count(b"\r")


@pytest.mark.parametrize(
    "line",
    [
        b"--end msg--",
        b"<--- Transmitting SIP response (610 bytes) to UDP:192.0.2.1:5060 --->",
        b"<------------->",
        b"---",
        b"--- (12 headers 0 lines) ---",
        b"------------------------------------------------------------------------",
        b"====",
        b"#",
        b"U 2025/03/02 19:05:11.019613 192.0.2.61:5060 -> 198.51.100.30:5060",
        b"UDP 192.0.2.1:5060 -> 192.0.2.2:5060",
        b"U 3fff:61::7:5060 -> 3fff:61::8:5060",
        b"T(6) 192.0.2.61:5060 -> 198.51.100.30:5060 [AP] #7",
        b"Retransmitting #3 (NAT) to 192.0.2.1:5060:",
        b"recv 610 bytes from udp/[192.0.2.1]:5060 at 18:00:12.349:",
        b"\x1b[0m",
        b"19:05:11.019613 IP 192.0.2.61.5060 > 198.51.100.30.5060: SIP",
        b"19:05:11.019613 eth0  In  IP 192.0.2.61.5060 > 198.51.100.30.5060: SIP",
        b"19:05:11.019613 00:00:5e:00:53:01 > 00:00:5e:00:53:02, ethertype IPv4",
        b"Reliably Transmitting (no NAT) to 192.0.2.1:5060:",
        b"The following events occurred:",
    ],
)
def test_lines_that_end_a_message(line: bytes) -> None:
    assert ends_message(line)


@pytest.mark.parametrize(
    "line",
    [
        b"18:00:00 at nine with Trudy",
        b"18:00:00 a.m.",
        b"12345678 and Trudy",
        b"19:05:11.019613 Trudy comes",
        b"Transmitting the plans to Trudy",
        b"recv 5 bytes of Trudy",
        b"I went from bed -> work",
    ],
)
def test_lines_that_a_body_may_hold(line: bytes) -> None:
    assert not ends_message(line)
    assert b"Trudy" not in cleaned(message(b"text/plain", b"Meet Mallory\r\n" + line + b"\r\nor Trudy\r\n"))


def test_a_body_does_not_break_off_at_its_boundary() -> None:
    content = b"Meet Mallory and Trudy\r\n"
    part = b"-------b1\r\nContent-Type: text/plain\r\n\r\n" + content
    new = cleaned(message(b"multipart/mixed;boundary=-----b1", part + part + b"-------b1--\r\n"))
    assert b"Trudy" not in new
    assert b" and " not in new


@pytest.mark.parametrize(
    "line", [b"", b"v=0", b"From: x", b"--b1", b"--b1--", b"Hello Bob", b"- item", b"a=rtpmap:0 PCMU/8000", b"-"]
)
def test_lines_that_do_not(line: bytes) -> None:
    assert not ends_message(line)


@pytest.mark.parametrize("unit", [b"-", b"<", b"U ", b"=", b"#", b"1:", b"UDP "])
def test_ends_take_linear_time(unit: bytes) -> None:
    assert doubling(ends_message, unit) <= DOUBLING


@pytest.mark.parametrize(
    "unit",
    [
        b"X-Unheard: a\n",
        b" folded\n",
        b"INVITE sip:a@b.example SIP/2.0\n",
        b"INVITE sip:a@b.example SIP/2.0\nX: a\n",
        b"INVITE sip:a@b.example SIP/2.0\nContent-Type: text/plain\n\nhello\n",
        b"\n\n",
        b"Content-Length: 99999999\n",
        b"Content-Type: text/plain\n\n",
        b"\nhello\n",
    ],
)
def test_many_cues_take_linear_time(unit: bytes) -> None:
    start = b"INVITE sip:a@b.example SIP/2.0\nContent-Type: text/plain\nContent-Length: 99999999\n"
    assert doubling(lambda data: rewritten(start + data), unit, 1 << 13) <= DOUBLING


DOUBLED = (
    b"MESSAGE sip:2101@pbx.example.com SIP/2.0\r\r\nVia: SIP/2.0/UDP 192.0.2.77:5060;branch=z9hG4bK9f3a\r\r\n"
    b"From: <sip:2102@pbx.example.com>;tag=as19f3b7\r\r\nUser-Agent: MicroSIP/3.21.5\r\r\n"
    b"Content-Type: text/plain\r\r\nContent-Length: 22\r\r\n\r\r\nmeet Wanda at the gate\r\n--end msg--\r\r\n"
)


@pytest.mark.parametrize("fmt", ["plain", "pjsip", "asterisk"])
def test_returns_that_text_mode_added_change_nothing(fmt: str) -> None:
    """A return by itself would end a line, two of them a header."""
    once = DOUBLED.replace(b"\r\r\n", b"\r\n")
    new = cleaned(DOUBLED, fmt)
    assert new.replace(b"\r\r\n", b"\r\n") == cleaned(once, fmt)
    assert new.count(b"\r\r\n") == DOUBLED.count(b"\r\r\n")
    assert b"User-Agent: MicroSIP/3.21.5\r\r\n" in new
    assert b"Wanda" not in new


@pytest.mark.parametrize("unit", [b"\r", b"\r\r\n", b"\r\r\r\n", b"> \r\r\n"])
def test_many_returns_take_linear_time(unit: bytes) -> None:
    assert doubling(cleaned, unit, 1 << 12) <= DOUBLING
