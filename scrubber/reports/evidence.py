"""What can be shown of an output so that a person can judge it: audits, what changed, what is new or rare.

Everything here was taken from an output that had passed its audit, so a text in it is what the reader of the output
reads too: a pseudonym, or something the rules leave readable. Nothing is ever copied from an input.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from scrubber.reports.ladder import Dialog

SILENCE = "longest silence"
"""The section of a certificate that measures: microseconds. All others count."""


_NOT_RUN = "dissection audit not run: "
OFFERED = "more SIP messages in texts than are dissected without --dissect"
SILENT = "no SIP message in the text"
"""Why nothing is dissected of a file for which that has to be asked for, or of which there is nothing to dissect."""


class Audit(NamedTuple):
    """One audit of one output: whether it ran, and what is to be said about it."""

    name: str
    """``residue``, ``dissection`` or ``diagnosis``."""
    ran: bool
    detail: str = ""
    """Why it did not run, or what it looked at. No path, no value."""

    @property
    def missing(self) -> bool:
        """Whether it did not run where it would by itself."""
        return not self.ran and not self.detail.endswith((OFFERED, SILENT))

    @property
    def why(self) -> str:
        """Why it did not run, without its name; empty when it did."""
        return "" if self.ran else self.detail.removeprefix(_NOT_RUN) or "not run"


def not_run(reason: str) -> str:
    """The note of a report for a dissection that did not take place."""
    return _NOT_RUN + reason


class Difference(Protocol):
    """Something that is counted differently before and after."""

    @property
    def section(self) -> str:
        """What was counted, such as ``methods`` or ``streams``."""

    @property
    def what(self) -> str:
        """The kind within the section, in words of the protocol: ``INVITE``. No value of the input."""

    @property
    def before(self) -> int:
        """The count in the input."""

    @property
    def after(self) -> int:
        """The count in the output."""


class Certificate(Protocol):
    """What a diagnosis counts, compared before and after (:mod:`scrubber.audit.diagnosis`)."""

    @property
    def equal(self) -> bool:
        """Whether a diagnosis of the output finds what one of the input would."""

    @property
    def differences(self) -> Sequence[Difference]:
        """What it would not."""

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """By section and kind, the counts of the output."""

    def as_json(self) -> dict[str, Any]:
        """For a report."""


class Novelty(NamedTuple):
    """A header field, a key or a protocol that no rule knows."""

    kind: str
    """``header``, ``key`` or ``protocol``."""
    name: str
    """As it stands in the output."""
    times: int
    place: int
    """Line or frame of the first, from 1."""


class Rarity(NamedTuple):
    """A value that few others share, so that it may single someone out."""

    kind: str
    """``user agent``, ``device``, ``extension`` …"""
    value: str
    """As it stands in the output: a pseudonym, or what the rules leave readable."""
    times: int
    place: int
    """Line or frame of the first, from 1."""


class Piece(NamedTuple):
    """A stretch of a line of an output."""

    text: str
    replaced: bool
    """Whether something else stood here in the input."""


class Excerpt(NamedTuple):
    """Some lines of an output."""

    place: int
    """Line of the first, or the frame they stand in, from 1."""
    lines: tuple[tuple[Piece, ...], ...]
    more: int = 0
    """Lines of the same message that are left out."""
    compared: bool = True
    """Whether what was replaced is known from the input; else it is what a pseudonym is known by on sight."""


@dataclass(frozen=True, slots=True)
class Sights:
    """What one output shows. Each list is bounded; ``more`` says by name how many are left out of it."""

    novelties: tuple[Novelty, ...] = ()
    rarities: tuple[Rarity, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()
    dialogs: tuple[Dialog, ...] = ()
    more: Mapping[str, int] = field(default_factory=dict)
    looked: int = 0
    """Bytes of the output that were looked at, from its beginning."""
    whole: bool = True
    """Whether that was all of it."""


class Told(NamedTuple):
    """What was found out about a member of an archive."""

    audits: tuple[Audit, ...] = ()
    sights: Sights | None = None
