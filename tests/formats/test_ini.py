from __future__ import annotations

import pytest

from scrubber.formats.ini import FORMAT
from tests.formats.prefixes import sample, slow


def test_lines_have_no_prefix() -> None:
    assert FORMAT.notation == "ini"
    for line in (*sample("microsip.ini").split(b"\n")[:20], b"alice=1", b"[1]"):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("microsip.ini"), True),
        (b"[a]\nbb=c\ndd=e\n", True),
        (b"[default]\n4711 => 12,Ann Roe,a@b.example,,attach=yes|tz=x\n4712 => 12,Jo Roe,,,attach=no|tz=y\n", True),
        (b"a.b = 1\na.c = 2\na.d = 3\n", True),
        (b"v=0\no=x\ns=y\nc=z\n", False),
        (b"type=a msg=b c=d\n" * 5, False),
        (b"a == b\n" * 5, False),
        (sample("asterisk-pjsip.log"), False),
        (sample("kamailio.log"), False),
        (b"", False),
        (b"hello, world\n", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 45) is sure


def test_hostile_heads_take_linear_time() -> None:
    assert slow(FORMAT, (b"[", b"=", b"a=", b"[a]", b"a =")) == {}
