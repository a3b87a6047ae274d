from __future__ import annotations

import pytest

from scrubber.formats.jsonlog import FORMAT
from tests.formats.prefixes import sample, slow


def test_lines_have_no_prefix() -> None:
    for line in (*sample("asterisk-json.log").split(b"\n"), b'{"alice":1}', b"[1]"):
        assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (sample("asterisk-json.log"), True),
        (sample("asterisk-json.log")[:3000], True),
        (b'{"a":1}\n{"b":"c"}\n', True),
        (b'{"a":1', False),
        (b'{"who":"Carla"}\n', False),
        (b'{"level":"info","who":"Carla"}\n', True),
        (sample("asterisk-pjsip.log"), False),
        (b"", False),
    ],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 60) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert slow(FORMAT, (b"{", b'{"', b'{"a":')) == {}
