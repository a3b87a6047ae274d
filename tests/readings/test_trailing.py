from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.readings import trailing
from tests.passes import DOUBLING, cleaned, doubling, rule_set


def upper(text: bytes) -> bytes:
    return text.upper()


def marked(key: bytes, value: bytes) -> bytes:
    return b"<" + key + b">" if key else value


@pytest.mark.parametrize(
    ("text", "new"),
    [
        (b'dump: {"a": "b"}', b'DUMP: {"a": "<a>"}'),
        (
            b'Dump for x: { "call-id": "c", "list": ["d"] }',
            b'DUMP FOR X: { "call-id": "<call-id>", "list": ["<list>"] }',
        ),
        (b"x d7:call-id2:ab7:command5:offere", b"X d7:call-id9:<call-id>7:command9:<command>e"),
        (b"x d7:call-id2:ab4:listl1:a1:beei", b"X d7:call-id9:<call-id>4:listl6:<list>6:<list>eeI"),
        (b"x d7:call-id2:ab4:porti30ee end", b"X d7:call-id9:<call-id>4:porti30ee END"),
        (b"x d7:createdi17e4:tagsd2:aad3:tag2:aaeee", b"X d7:createdi17e4:tagsd5:<tag>d3:tag5:<tag>eee"),
        (b"x d10:created_usi1e6:result2:oke", b"X d10:created_usi1e6:result8:<result>e"),
    ],
)
def test_documents_at_the_end(text: bytes, new: bytes) -> None:
    assert trailing.read(text, upper, marked) == new


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"hello",
        b'{"a": "b"}',
        b"x {a}",
        b"x }",
        b'x {"a": "b"} y',
        b"call-id: x",
        b":call-id",
        b"x" * 70_000 + b'{"a":"b"}',
    ],
)
def test_other_texts(text: bytes) -> None:
    assert trailing.read(text, upper, marked) is None


@pytest.mark.parametrize(
    ("text", "new"),
    [
        (b'7,INFO,"To: ""wanda"" <sip:w@x>"', b'7,INFO,"<To: ""wanda"" <sip:w@x>>"'),
        (b'host=x _raw="To: \\"wanda\\" <sip:w@x>" ', b'HOST=X _RAW="<To: \\"wanda\\" <sip:w@x>>" '),
        (b'7,"a ""b""","Via: SIP/2.0/UDP x"', b'7,"A ""B""","<Via: SIP/2.0/UDP x>"'),
        (b'x="a=candidate:H 1 UDP 7 x 1 typ host"', b'X="<a=candidate:H 1 UDP 7 x 1 typ host>"'),
        (b'x="To: be done"', None),
        (b'7,"To: ""a"" \\"b\\" <sip:w@x>"', None),
        (b'"To: <sip:w@x>"', None),
        (b'x "To: <sip:w@x>', None),
        (b'x=\\"To: <sip:w@x>"', None),
    ],
)
def test_a_line_of_a_message_in_quotes(text: bytes, new: bytes | None) -> None:
    def enclosed(key: bytes, value: bytes) -> bytes:
        assert not key
        return b"<" + value + b">"

    assert trailing.read(text, upper, enclosed, rule_set().headers) == new
    assert new is None or trailing.may_end(text)


@pytest.mark.parametrize(
    "line",
    [
        b'81,"18:03:12",INFO,"Authorization: Digest username=""wanda"", realm=""x"", opaque=""35e187d858c8fed0"""',
        b'03/02/2025 18:03:12,host=x _raw="Authorization: Digest username=\\"wanda\\", opaque=\\"35e187d858c8fed0\\""',
    ],
)
def test_parameters_go_from_quotes_in_quotes(line: bytes) -> None:
    new = cleaned(line)
    assert b"wanda" not in new
    assert b"35e187d858c8fed0" not in new
    assert new.count(b'"') == line.count(b'"')


def test_keys_decide_and_lengths_follow() -> None:
    line = b"rtpengine[812]: DEBUG: [control] d7:call-id14:a84b4c76e667107:command6:delete8:from-tag3:aa1e"
    new = cleaned(line)
    assert b"a84b4c76e66710" not in new
    assert b"tag3:aa1e" not in new
    assert b"7:command6:delete" in new


@pytest.mark.parametrize(
    ("text", "new"),
    [
        (b"d7:command5:offer3:sdp3:abce", b"d7:command5:OFFER3:sdp3:ABCe"),
        (b"d6:result2:ok4:codei7e4:listl2:ab3:cdeee", b"d6:result2:OK4:codei7e4:listl2:AB3:CDEee"),
        (b"d7:command5:offer", None),
        (b"d7:command99:offere", None),
        (b"d7:command5:offere ", None),
        (b" d7:command5:offere", None),
        (b"l7:command5:offere", None),
        (b"", None),
    ],
)
def test_a_dictionary_alone(text: bytes, new: bytes | None) -> None:
    assert trailing.dictionary(text, lambda key, value: value.upper()) == new


@given(st.lists(st.sampled_from([b"d", b"l", b"e", b"i1e", b"7:call-id", b"2:ab", b"9", b":", b" {", b'"a":', b"}"])))
def test_any_text_may_come(pieces: list[bytes]) -> None:
    text = b"x " + b"".join(pieces)
    new = trailing.read(text, lambda piece: piece, lambda key, value: value)
    assert new in (None, text) or text.count(b"d7:") > 1 or b"9:" in text


@pytest.mark.parametrize("unit", [*b'{ {" {"a": d7: d7:call-id l 1: } x: ": "" ,"To: ,"a="'.split(b" "), b',"To: "'])
def test_hostile_lines_take_linear_time(unit: bytes) -> None:
    for tail in (b"}", b"e", b":call-id"):
        assert doubling(lambda text, tail=tail: trailing.read(text + tail, upper, marked), unit) <= DOUBLING  # type: ignore[misc]
