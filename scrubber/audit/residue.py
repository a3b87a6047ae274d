"""Looks for original values that are still in the output.

Runs over the bytes that were written, before they are released. Learned values are searched with the same word
boundaries as the sweep; what was never learned is not looked for. A value that equals the pseudonym of another learned
value cannot be told from it and does not count, nor do the kinds that are no sure sign of an original: identifiers,
texts, and short numbers where no extension stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrubber.engine import Engine
from scrubber.model import Action, Entity, Finding, Format
from scrubber.terminal import offsets, original, uncoloured

RULE = "residue"
_SEARCHED = frozenset(
    {Entity.SECRET, Entity.DEVICE, Entity.NUMBER, Entity.EXTENSION, Entity.USER, Entity.NAME, Entity.HOST, Entity.MAC}
)


_SHORT = frozenset({Entity.EXTENSION})
_BEFORE_SHORT = re.compile(rb"(?:sips?:|tel:|(?:PJSIP|SIP|IAX2|Local|Agent)/|[\"'<>])\Z", re.IGNORECASE)


def _in_place(block: bytes, finding: Finding) -> bool:
    """Whether a short number stands where an extension does.

    Elsewhere its few digits prove nothing: they are as likely a part of some pseudonym as an original.
    """
    before = _BEFORE_SHORT.search(block, max(0, finding.start - 6), finding.start)
    return before is not None or block.startswith(b"@", finding.end)


_IN_OUR_HOST = re.compile(rb"(?:\.[a-z0-9-]{1,63}){0,8}\.invalid(?![\w-])")
"""What follows a label of a host's pseudonym: a label is one or two syllables and may spell somebody's short name."""


LONGEST_PREFIX = 512
"""No log prefix is longer than this many bytes."""


class Residue:
    """The audit of one run: built once, used for every file."""

    def __init__(self, engine: Engine) -> None:
        spelled, actions = engine.sweep.spelled, engine.rules.actions
        pseudonyms = engine.sweep.pseudonyms(engine.surrogates)

        def proves(value: bytes, entity: Entity) -> bool:
            known = value in spelled or value not in pseudonyms
            return known and entity in _SEARCHED and actions[entity] is not Action.KEEP

        self._sweep = engine.sweep
        self._proving = engine.sweep.where(proves)

    def check(self, block: bytes, fmt: Format) -> list[Finding]:
        """Originals still readable in a block of the output; spans refer to the block. The values are not kept."""
        if b"\x1b" not in block:
            return list(self._residues(block, fmt))
        places = list(offsets(block))
        return [
            Finding(original(places, found.start), original(places, found.end), found.entity, found.rule)
            for found in self._residues(uncoloured(block), fmt)
        ]

    def _residues(self, block: bytes, fmt: Format) -> Iterator[Finding]:
        line_start = line_end = text_start = 0
        for finding in sorted(self._sweep.find_where(block, self._proving), key=lambda found: found.start):
            if finding.entity is not Entity.HOST and _IN_OUR_HOST.match(block, finding.end):
                continue
            if finding.entity in _SHORT and not _in_place(block, finding):
                continue
            if finding.start >= line_end:
                line_start = block.rfind(b"\n", 0, finding.start) + 1
                line_end = block.find(b"\n", finding.start) + 1 or len(block) + 1
                text_start = line_start + fmt.text_start(block[line_start : line_start + LONGEST_PREFIX])
            if finding.start >= text_start:
                yield Finding(finding.start, finding.end, finding.entity, RULE)
