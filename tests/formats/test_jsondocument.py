from __future__ import annotations

import pytest

from scrubber.formats.jsondocument import FORMAT
from tests.formats.prefixes import sample, slow


def test_lines_have_no_prefix() -> None:
    assert FORMAT.notation == "json"
    for line in (*sample("userman.json").split(b"\n")[:20], b"alice=1", b"[1]"):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("userman.json"), True),
        (b'{"a":1}', True),
        (b'{\n"a":1}', True),
        (b'[\n {"a":1}]', True),
        (b'{"a":1}\n{"a":2}\n', False),
        (b'{"a":1}\n2026-11-22T10:00:00Z stderr F {"b":2}\n', False),
        (b'{"a":1}\nNov 22 pbx app: up\n', False),
        (b'[{"a":1}\n,{"a":2}]', True),
        (b'{"a":1}\n\n', True),
        (b"[2025-03-02 18:03:12] x", False),
        (b'[5]4/3/2025 18:03:12: "x" calls', False),
        (b'[\n [5],[6],["a"]]', True),
        (b"{a}", False),
        (sample("asterisk-json.log"), False),
        (sample("asterisk-pjsip.log"), False),
        (sample("kamailio.log"), False),
        (b"", False),
        (b"hello, world\n", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 45) is sure


def test_hostile_heads_take_linear_time() -> None:
    assert slow(FORMAT, (b"{", b'{"', b"[", b"[1", b"{}\n ")) == {}
