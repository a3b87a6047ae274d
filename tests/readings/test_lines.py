"""Which reading a line takes, what is remembered, and which lines ask for the message around them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.formats import detect
from scrubber.model import Format
from scrubber.readings.lines import LINES, LONGEST, Lines
from scrubber.readings.memo import Cue
from scrubber.readings.message import Messages
from scrubber.readings.rewrite import Learning, Reader
from tests.passes import DOUBLING, cleaned, complete, doubling, lexicon, rule_set

MESSAGES = Messages(complete())
LEARNING = Learning(rule_set(), lexicon())


def upper(text: bytes, depth: int) -> bytes:
    """What stands for the reading of a text inside a line."""
    return text.upper()


def lines(name: str = "plain", depth: int = 0) -> Lines:
    return Lines(complete(), MESSAGES, detect.by_name(name), upper, depth)


def field(name: bytes, value: bytes) -> bytes:
    return name + b":" + MESSAGES.field_value(rule_set().headers[name.strip().lower()], value)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"INVITE sip:carla@doeberg.example SIP/2.0", MESSAGES.start_line(b"INVITE sip:carla@doeberg.example SIP/2.0")),
        (b"SIP/2.0 200 OK", b"SIP/2.0 200 OK"),
        (
            b'From: "Carla" <sip:carla@doeberg.example>;tag=as19',
            field(b"From", b' "Carla" <sip:carla@doeberg.example>;tag=as19'),
        ),
        (b"Call-ID: a84b4c76@198.51.100.7", field(b"Call-ID", b" a84b4c76@198.51.100.7")),
        (b"f: <sip:carla@doeberg.example>", field(b"f", b" <sip:carla@doeberg.example>")),
        (
            b"Via : SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKx1",
            field(b"Via ", b" SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKx1"),
        ),
        (b"Max-Forwards: 70", b"Max-Forwards: 70"),
        (b"o=carla 20518 1 IN IP4 198.51.100.7", MESSAGES.sdp_line(b"o=carla 20518 1 IN IP4 198.51.100.7")),
        (b"a=rtpmap:0 PCMU/8000", b"a=rtpmap:0 PCMU/8000"),
        (b"call from carla at 198.51.100.7", complete().text(b"call from carla at 198.51.100.7")),
        (b"", b""),
        (b"\r", b"\r"),
        (b"   ", b"   "),
    ],
)
def test_each_kind_of_line_takes_its_reading(line: bytes, expected: bytes) -> None:
    for end in (b"", b"\r"):
        assert lines()[line + end] == expected + end


NAMES = (
    b"From",
    b"f",
    b"To ",
    b"Via",
    b"CONTACT",
    b"Call-ID",
    b"Authorization",
    b"CSeq",
    b"X-Unheard",
    b" From",
    b"a=b",
)
FIELDS = (
    b' "Carla" <sip:carla@doeberg.example>;tag=as19',
    b" <sip:carla@doeberg.example>",
    b" <sip:anonymous@anonymous.invalid>",
    b" <sip:carla@doeberg.example>;x=&amp;",
    b" Carla Quarles, carla@doeberg.example",
    b" SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKx1",
    b" a84b4c76@198.51.100.7",
    b' Digest username="carla", nonce="1f2a3b4c5d6e"',
    b" 1 INVITE",
    b"",
    b" *",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("before", FIELDS)
@pytest.mark.parametrize("reader", [complete(), LEARNING])
def test_a_field_reads_the_same_whether_its_name_was_met_or_not(name: bytes, before: bytes, reader: Reader) -> None:
    for value in FIELDS:
        fresh, used = (Lines(reader, Messages(reader), detect.by_name("plain"), upper, 0) for _ in range(2))
        used[name + b":" + before]
        one, other = fresh[name + b":" + value], used[name + b":" + value]
        assert (one, type(one), getattr(one, "kind", "")) == (other, type(other), getattr(other, "kind", ""))


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"X-Unheard: Carla", "header"),
        (b" folded", "header"),
        (b"\tfolded", "header"),
        (b"s: Carla", "header"),
        (b"Content-Type: text/plain", "content"),
        (b"Content-Type: multipart/mixed;boundary=x", "content"),
        (b"c: text/plain", "header"),
        (b"c=IN IP4 8.8.8.8", "resized"),
        (b"Route: <sip:8.8.8.8;lr>", "resized"),
        (b"INVITE sip:carla@8.8.8.8 SIP/2.0", "resized"),
        (b"Content-Type: application/sdp", None),
        (b"From: <sip:carla@doeberg.example>", None),
        (b"CSeq: 1 INVITE", None),
        (b"nothing to see", None),
        (b"grown to 8.8.8.8", None),
    ],
)
def test_lines_that_ask_for_their_message(line: bytes, kind: str | None) -> None:
    new = lines()[line]
    assert getattr(new, "kind", None) == kind
    assert isinstance(new, Cue) is (kind is not None)


@pytest.mark.parametrize(
    ("line", "prefix"),
    [
        (b"[2025-03-02 18:03:12] VERBOSE[4068] x.c: ", b"[2025-03-02 18:03:12] VERBOSE[4068] x.c: "),
        (b"[2025-03-02 18:03:12] VERBOSE[4068] x.c: ringing", b"[2025-03-02 18:03:12] VERBOSE[4068] x.c: "),
        (b"[2025-03-02 18:03:12] NOTICE[1] x.c: from 198.51.100.7", b"[2025-03-02 18:03:12] NOTICE[1] x.c: "),
    ],
)
def test_log_prefixes_are_copied(line: bytes, prefix: bytes) -> None:
    memo = lines("asterisk")
    assert memo[line] == prefix + complete().text(line[len(prefix) :])
    assert memo[line + b"\r"] == memo[line] + b"\r"
    assert line not in memo


def test_lines_are_remembered_within_bounds() -> None:
    memo = lines()
    for number in range(LINES + 100):
        memo[b"line %d" % number]
    assert len(memo) <= LINES
    long = b"x " * LONGEST
    memo[long]
    assert long not in memo


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"a":"INVITE x\\nFrom: y"}', b'{"a":"INVITE X\\nFROM: Y"}'),
        (b'{"password":"hush-hush","n":"x"}', b'{"password":"REDACTED","n":"x"}'),
        (b"got SIP/2.0 200 OK\\r\\nfrom: a\\r\\n", b"GOT SIP/2.0 200 OK\\r\\nFROM: A\\r\\n"),
        (b"got SIP/2.0 200 OK#015#012from: a#015#012", b"GOT SIP/2.0 200 OK#015#012FROM: A#015#012"),
        (b"&lt;note&gt;a&lt;/note&gt; &amp; more", b"&lt;NOTE&gt;A&lt;/NOTE&gt; &amp; MORE"),
        (b"&lt;note&gt;a&lt;/note&gt;<br />", b"&lt;NOTE&gt;A&lt;/NOTE&gt;<br />"),
        (b"&lt;note&gt;a</span><br>", b"&lt;NOTE&gt;A</span><br>"),
        (b"0x0010:  05b3 ae78 4000 4011  ...x@.@.", b"0x0010:  0000 0000 0000 0000  ........"),
    ],
)
def test_texts_inside_a_line_are_read_as_such(line: bytes, expected: bytes) -> None:
    assert lines()[line] == expected


def test_texts_inside_texts_end_somewhere() -> None:
    line = b'{"a":"INVITE x\\nFrom: y"}'
    assert lines(depth=99)[line].upper() == line.upper()


def test_what_a_program_prints_for_a_carriage_return() -> None:
    memo = lines("ngrep")
    assert memo[b"From: <sip:carla@doeberg.example>."] == field(b"From", b" <sip:carla@doeberg.example>") + b"."
    assert memo[b"."] == b"."


@given(st.binary(max_size=120).map(lambda data: data.replace(b"\n", b" ")), st.sampled_from(detect.FORMATS))
def test_any_line_of_any_format_is_read(line: bytes, fmt: Format) -> None:
    new = Lines(complete(), MESSAGES, fmt, upper, 0)[line]
    assert b"\n" not in new
    start = fmt.text_start(line)
    assert new[:start] == line[:start]


@given(st.binary(max_size=120).map(lambda data: data.replace(b"\n", b" ")), st.sampled_from(detect.FORMATS))
def test_learning_changes_no_line(line: bytes, fmt: Format) -> None:
    assert Lines(LEARNING, Messages(LEARNING), fmt, lambda text, depth: text, 0)[line] == line


HOSTILE = b"a. \" < = 1 sip: %41 [ ] ( ) { } \\n ' & &#1; ; , / @ : - + \xff \x00 a@ a=b, a:b, <a>".split(b" ")
STARTS = (
    b"",
    b"From: ",
    b"a=",
    b"{",
    b"<a ",
    b"INVITE ",
    b"[2025-03-02 18:03:12] VERBOSE[1] x.c: ",
    b"SIP/2.0 200 \\r\\n",
    b"&lt;<br>",
)


@pytest.mark.parametrize("start", STARTS)
def test_long_lines_take_linear_time(start: bytes) -> None:
    fmt = "asterisk" if start.startswith(b"[") else "plain"
    slow = {}
    for unit in (*HOSTILE, b" ", b"41 ", b'"a":"b",', b"00 "):
        ratio = doubling(lambda filler: lines(fmt)[start + filler + b"}"], unit, 1 << 13)
        if ratio > DOUBLING:
            slow[unit] = ratio
    assert slow == {}


@pytest.mark.parametrize(
    "line",
    [
        b'to "2040" now',
        b'"2040"',
        b'"2040 is busy"',
        b'"who is 2040"',
        b'"2040",x and "y"',
        b'("2040",x)',
        b'a="2040",b="x 2040"',
        b'Kind="2040",Other="x"',
        b'"15550100123" calls "2040"',
    ],
)
def test_a_known_extension_beside_a_quote_is_no_year(line: bytes) -> None:
    assert b"2040" not in cleaned(b"To: <sip:2040@pbx.example.com>\n" + line)
    assert b"2039" in cleaned(b"To: <sip:2040@pbx.example.com>\n" + line.replace(b"2040", b"2039"))


@pytest.mark.parametrize("line", [b'"2040-03-02 10:00:00" x', b'"in 2040 or so"', b"in 2040"])
def test_a_year_stays_one(line: bytes) -> None:
    assert b"2040" in cleaned(b"To: <sip:2040@pbx.example.com>\n" + line)
