"""Plain text: the fallback that any text may safely take."""

from __future__ import annotations

from scrubber.engine import PLAIN

FORMAT = PLAIN
