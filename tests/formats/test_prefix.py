from __future__ import annotations

import re

import pytest

from scrubber.formats.prefix import SAMPLE, regex_start, share


@pytest.mark.parametrize(
    ("head", "percent"),
    [
        (b"", 0),
        (b"\n\n \n", 0),
        (b"a\na\n", 100),
        (b"a\nb\n", 50),
        (b"a\n\n\nb\n", 50),
        (b"a\nb\nb", 33),
        (b"b", 0),
        (b"a\n" * SAMPLE + b"b\n" * SAMPLE, 100),
    ],
)
def test_share_of_the_lines_that_look_the_part(head: bytes, percent: int) -> None:
    assert share(head, lambda line: line.startswith(b"a")) == percent


def test_prefixes_by_pattern_begin_the_line() -> None:
    start = regex_start(re.compile(rb"[0-9]+: "))
    assert start(b"12: x") == 4
    assert start(b"x 12: y") == 0
    assert start(b"") == 0
