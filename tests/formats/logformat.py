"""What the format of a log with a prefix on its lines is held to, as tests over the tables of a class."""

from __future__ import annotations

from typing import ClassVar

import pytest

from scrubber.model import Format
from tests.formats.prefixes import prefix, slow, swallowed

ADDRESSED = (b"voice.example.org has address 192.0.2.10", b"alice: x")
NAMED = (b"carla", b"192.0.2.10 x")
CAPITAL = (b"CARLA x", b"ISDN x")


class LogFormat:
    """A test class derives from it and fills the tables."""

    FORMAT: ClassVar[Format]
    PREFIXES: ClassVar[tuple[tuple[bytes, tuple[bytes, ...]], ...]]
    """What stands before a text and is copied, and texts that might be taken for more of it."""
    BARE: ClassVar[tuple[bytes, ...]]
    """Lines without a prefix."""
    TEMPLATES: ClassVar[tuple[bytes, ...]]
    """Lines with an ``@`` where no identity may be taken for a part of the prefix."""
    HEADS: ClassVar[tuple[tuple[bytes, bool], ...]]
    """Beginnings of files, and whether they are of this format."""
    SURE: ClassVar[int]
    """How likely a file of this format is one."""
    STARTS: ClassVar[tuple[bytes, ...]]
    """What hostile lines begin with."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        tables = {
            ("start", "texts"): self.PREFIXES,
            ("line",): self.BARE,
            ("template",): self.TEMPLATES,
            ("head", "sure"): self.HEADS,
        }
        for names, rows in tables.items():
            if names[0] in metafunc.fixturenames:
                metafunc.parametrize(names if len(names) > 1 else names[0], rows)

    def test_prefixes(self, start: bytes, texts: tuple[bytes, ...]) -> None:
        for text in texts:
            assert prefix(self.FORMAT, start + text) == start

    def test_lines_without_a_prefix(self, line: bytes) -> None:
        assert self.FORMAT.text_start(line) == 0

    def test_no_identity_is_taken_for_a_prefix(self, template: bytes) -> None:
        assert swallowed(self.FORMAT, template) == []

    def test_sniffing(self, head: bytes, sure: bool) -> None:
        assert (self.FORMAT.sniff(head, "") >= self.SURE) is sure

    def test_hostile_lines_take_linear_time(self) -> None:
        assert slow(self.FORMAT, self.STARTS) == {}
