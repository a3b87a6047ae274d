from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import vcard
from tests.grammar.lossless import LINEAR, Named, check, gaps, growth, named

CARD = (
    b"BEGIN:VCARD\r\n"
    b"VERSION:4.0\r\n"
    b"FN:Alice Smith\r\n"
    b'item1.TEL;TYPE="work,voice";VALUE=uri:tel:+15550100\r\n'
    b'ADR;LABEL="1 Main St":;;1 Main St\r\n'
    b"  Wonderland\r\n"
    b"X-OWN:Alice\r\n"
    b"END:VCARD\r\n"
)


def test_card() -> None:
    assert gaps(CARD, vcard.parse(CARD)) == (
        b"BEGIN:VCARD\r\n"
        b"VERSION:4.0\r\n"
        b"FN:|\r\n"
        b'item1.TEL;TYPE="work,voice";VALUE=uri:|\r\n'
        b'ADR;LABEL="|":|\r\n'
        b"  |\r\n"
        b"X-OWN:|\r\n"
        b"END:VCARD\r\n"
    )
    assert {part.name for part in vcard.parse(CARD)} == {"text"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"tel;home;quoted-printable:+1", [(b"+1", "text")]),
        (b"TEL;Alice:+1", [(b"Alice", "text"), (b"+1", "text")]),
        (b"TEL;OWNER=Alice:+1", [(b"Alice", "text"), (b"+1", "text")]),
        (b"TEL;TYPE=Alice:+1", [(b"Alice", "text"), (b"+1", "text")]),
        (b"TEL;TYPE=cell,Alice:+1", [(b"cell,Alice", "text"), (b"+1", "text")]),
        (b"FN;LANGUAGE=en-US;CHARSET=ISO-8859-15:A", [(b"A", "text")]),
        (b"FN;TYPE=image/alice:A", [(b"image/alice", "text"), (b"A", "text")]),
        (b"FN;LANGUAGE=Alice:A", [(b"Alice", "text"), (b"A", "text")]),
        (b"TEL;TYPE=Alice at home:+1", [(b"Alice at home", "text"), (b"+1", "text")]),
        (b"BEGIN:Alice at home", [(b"Alice at home", "text")]),
        (b"Alice Smith: +1", [(b"Alice Smith: +1", "text")]),
        (b"Smith: +1", [(b"Smith: +1", "text")]),
        (b"=41lice", [(b"=41lice", "text")]),
        (b"FN:", []),
        (b"", []),
    ],
)
def test_lines(data: bytes, expected: Named) -> None:
    assert named(data, vcard.parse(data)) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'["vcard",[["version",{},"text","4.0"],["fn",{},"text","Alice"]]]', [(b"Alice", "text")]),
        (b'["fn",{},"text","Al\\"ice" , ""]', [(b'Al\\"ice', "text")]),
        (b'["bday",{},"date",19800101,true,12]', [(b"19800101", "text")]),
        (b'["fn",{},"text","Alice', [(b"Alice", "text")]),
        (b"Alice", [(b"Alice", "text")]),
    ],
)
def test_jcard(data: bytes, expected: Named) -> None:
    assert named(data, vcard.jcard(data)) == expected


@pytest.mark.parametrize("cut", range(len(CARD)))
def test_cut_anywhere(cut: int) -> None:
    data = CARD[:cut]
    parts = vcard.parse(data)
    check(parts, 0, cut)
    assert not any(value in gaps(data, parts) for value in (b"Alice", b"+1555", b"Main", b"Wonder"))


WORDS = st.sampled_from(
    [b"TEL", b"FN", b";", b":", b"=", b'"', b"TYPE", b"work", b".", b"\r\n", b" ", b"\\", b"[", b"x", b"\xff"]
)


@given(st.binary(max_size=200) | st.lists(WORDS).map(b"".join), st.integers(0, 20), st.integers(0, 200))
def test_any_bytes(data: bytes, start: int, length: int) -> None:
    start = min(start, len(data))
    end = min(start + length, len(data))
    check(vcard.parse(data, start, end), start, end)
    check(vcard.jcard(data, start, end), start, end)


@pytest.mark.parametrize("unit", [b"a", b"a.", b";a=", b';"', b"TEL;", b'"', b"\\", b" ", b"TEL:1\n", b'";'])
def test_time_is_linear(unit: bytes) -> None:
    assert growth(lambda tail: vcard.parse(b"TEL" + tail), unit) < LINEAR
    assert growth(vcard.jcard, unit) < LINEAR
