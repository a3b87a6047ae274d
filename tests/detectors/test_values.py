from __future__ import annotations

import pytest

from scrubber.detectors import values
from scrubber.model import Entity

SECRET, USER, NAME, TEXT, HOST = Entity.SECRET, Entity.USER, Entity.NAME, Entity.TEXT, Entity.HOST
NUMBER = Entity.NUMBER

BEHIND: list[tuple[bytes, Entity, str, bytes | None]] = [
    (b" s3cret", SECRET, "", b"s3cret"),
    (b"two words", SECRET, "", b"two words"),
    (b"one user=x", SECRET, "", b"one"),
    (b"one, user: x", SECRET, "", b"one"),
    (b"one;user=x", SECRET, "", b"one"),
    (b"o;ne", SECRET, "", b"o;ne"),
    (b"one|Hot Desk PIN=2", SECRET, "", b"one"),
    (b"one|two", SECRET, "", b"one|two"),
    (b"o|ne=2|x", SECRET, "", b"o|ne=2|x"),
    (b"a note|Location=B", TEXT, "", b"a note"),
    (b"one    column", SECRET, "", b"one"),
    (b"(a)b)", SECRET, "", b"(a)b"),
    (b"a b c", USER, "", None),
    (b"alice b", USER, "", b"alice"),
    (b"Alice Doe, x", USER, "line", b"Alice Doe"),
    (b"x&y z", SECRET, "query", b"x"),
    (b"x&y z", SECRET, "option", b"x&y"),
    (b'"a b" c', USER, "", b"a b"),
    (b"'it''s' c", USER, "", b"it''s"),
    (b'\\"a b\\" c', USER, "", b"a b"),
    (b"Alice Doe <1001>", NAME, "", b"Alice Doe"),
    (b"Alice Doe\\r\\nX", NAME, "", b"Alice Doe"),
    (b"Alice Doe, balance 12.50 EUR, plan gold", NAME, "", b"Alice Doe"),
    (b"Doe, Alice, room 12", NAME, "", b"Doe, Alice"),
    (b"Doe, Alice van 2", NAME, "", b"Doe, Alice van 2"),
    (b"see you; at 5 (not 6)", TEXT, "", b"see you; at 5 (not 6)"),
    (b"pbx1:5060", HOST, "", b"pbx1"),
    (b"SimpleHTTP/0.6", HOST, "", None),
    (b"0x7f", HOST, "", None),
    (b"0xc0000201", HOST, "", b"0xc0000201"),
    (b"020 7946 0123", NUMBER, "", b"020 7946 0123"),
    (b"020 7946 0123 rest", NUMBER, "", b"020"),
    (b"22 7946 01 23", USER, "", b"22 7946 01 23"),
    (b"089 / 7946 123, x", USER, "", b"089 / 7946 123"),
    (b"+44 (20) 7946-0123", USER, "", b"+44 (20) 7946-0123"),
    (b"1001 2 3", USER, "", b"1001"),
    (b"5550123(TON=Unknown, x)", USER, "", b"5550123"),
    (b"4711:4712:4713", USER, "", b"4711:4712:4713"),
    (b"cafe:::::beef", USER, "", b"cafe:::::beef"),
    (b"add:bad:fed:dad", NAME, "", b"add:bad:fed:dad"),
    (b"2001:db8::1, 2001:db8::2", USER, "", None),
    (b", Target Label=, x", NAME, "", None),
    (b"12 of 1234567", USER, "", None),
    (b"alice/1001", USER, "line", b"alice"),
    (b"", SECRET, "", None),
    (b"   ", SECRET, "", None),
    (b"$fU x", USER, "", None),
    (b"$fU$rd", USER, "", None),
    (b"$fU-x", USER, "", b"$fU-x"),
    (b"$var(pw)", SECRET, "", None),
    (b"$(ct{param.value,pn-prid}); save(", SECRET, "", None),
    (b"$(ct{param.value,pn-prid})x; y", SECRET, "", b"$(ct{param.value,pn-prid})x; y"),
    (b"97 err=0", Entity.TAG, "", None),
    (b"9741 err=0", Entity.TAG, "", b"9741"),
    (b"GPLv2+", Entity.SECRET, "", None),
    (b"YES) [] [] in file.php", SECRET, "", None),
    (b"no)Kettle471", SECRET, "", b"no)Kettle471"),
    (b"commercial", SECRET, "", b"commercial"),
    (b"alice.doe/192.0.2.10", USER, "line", b"alice.doe"),
    (b"$var", SECRET, "", b"$var"),
    (b"0E E0 C4 11, x", Entity.DEVICE, "", b"0E E0 C4 11"),
    (b"0E E0 C4 11FF", Entity.DEVICE, "", b"0E"),
    (b'""', SECRET, "", None),
]


@pytest.mark.parametrize(("text", "entity", "form", "expected"), BEHIND)
def test_where_a_value_ends(text: bytes, entity: Entity, form: str, expected: bytes | None) -> None:
    span = values.behind(text, 0, len(text), entity, form)
    assert (None if span is None else text[span.start : span.end]) == expected


@pytest.mark.parametrize(
    ("text", "entity", "expected"),
    [
        (b" x1 ", USER, b"x1"),
        (b"x1)", USER, b"x1"),
        (b"(x1)", SECRET, b"(x1)"),
        (b"x1.", USER, b"x1"),
        (b"x1.", SECRET, b"x1."),
        (b"none", SECRET, None),
        (b"MD5", SECRET, None),
        (b"51 bytes", SECRET, None),
        (b"51 bytesx", SECRET, b"51 bytesx"),
        (b"x", USER, None),
        (b"x", SECRET, b"x"),
        (b"12", NUMBER, None),
        (b"???", NAME, None),
        (b"&lt;none&gt;", SECRET, None),
    ],
)
def test_what_counts_as_a_value(text: bytes, entity: Entity, expected: bytes | None) -> None:
    span = values.checked(text, 0, len(text), entity)
    assert (None if span is None else text[span.start : span.end]) == expected
