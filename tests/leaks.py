"""Counts planted values that are still readable in a scrubbed tree.

Written against the list of planted values alone: with none of the package's code and with another matcher, so that both
cannot share a mistake. A value is looked for as it stands and in the notations it could hide in; files are unpacked and
their names are read too.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import ahocorasick

SOFT = frozenset(
    "branches call_ids cnames cnonces dtmf_sequences extensions fingerprints ice_ufrags nonces pins tags "
    "websocket_keys".split()
)
"""Kinds whose values are short, or of use only beside another one. Any other kind is hard: one hit is a leak."""
NUMBERS = frozenset("cards dtmf_sequences extensions phone_forms phones pins".split())
"""Kinds that do not count inside a longer row of digits."""
SHORT_NUMBERS = frozenset("extensions pins".split())
"""Kinds that do not count inside a word, a time, a port or a decimal either."""
SHORTEST = 4
MAGIC_COOKIE = "z9hG4bK"


class Value(NamedTuple):
    """A planted value and its kind; it may be shown, as it belongs to nobody."""

    kind: str
    text: str

    @property
    def hard(self) -> bool:
        """Whether one hit is a leak, whatever the rest of the output looks like."""
        return self.kind not in SOFT


Places = dict[Value, Counter[str]]
"""How often a value is left in each file."""


def _notations(text: str) -> Iterator[str]:
    yield text
    if text.lower() != text.upper():
        yield from (text.lower(), text.upper())
    for spelled in (quote(text, safe=""), quote(text, safe="@:/+"), html.escape(text), json.dumps(text)[1:-1]):
        yield from (spelled, spelled.lower())


def _base64(raw: bytes) -> Iterator[bytes]:
    """The characters that depend on the value alone, for each of the three ways it can lie in a longer text."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + raw)
        core = encoded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        yield core
        yield core.translate(bytes.maketrans(b"+/", b"-_"))


def _of_kind(kind: str, text: str) -> Iterator[str]:
    if kind == "phones":
        digits = re.sub(r"\D", "", text)
        yield from (digits, ".".join(reversed(digits)), digits.encode().hex())
    if kind == "ipv4":
        octets = text.split(".")
        yield ".".join(reversed(octets)) + ".in-addr"
        yield bytes(map(int, octets)).hex()
    if kind == "macs":
        pairs = text.lower().split(":")
        plain = "".join(pairs)
        yield from (plain, plain.upper(), "-".join(pairs), ".".join(re.findall("....", plain)))


def spellings(value: Value) -> set[bytes]:
    """Every notation of a value that is looked for, as bytes."""
    raw = value.text.encode()
    found: set[bytes] = set()
    for text in (*_notations(value.text), *_of_kind(value.kind, value.text)):
        for encoding in ("utf-8", "latin-1", "utf-16-le", "utf-16-be"):
            found.add(text.encode(encoding, "ignore"))
    if len(raw) > SHORTEST:
        found |= {raw.hex().encode(), raw.hex().upper().encode()}
    if len(raw) >= 2 * SHORTEST:
        found.update(_base64(raw))
    return {spelled for spelled in found if len(spelled) >= SHORTEST}


class Planted:
    """All planted values as one matcher; ``canaries`` are lists of values by kind, anything but a list is skipped."""

    def __init__(self, canaries: Mapping[str, object]) -> None:
        owners: dict[str, set[Value]] = {}
        for kind, values in canaries.items():
            for text in values if isinstance(values, Sequence) else ():
                value = Value(kind, text)
                if text.startswith(MAGIC_COOKIE) and len(text) < 2 * len(MAGIC_COOKIE):
                    continue  # the cookie alone is protocol
                for spelled in spellings(value):
                    owners.setdefault(spelled.decode("latin-1"), set()).add(value)
        self._matcher = ahocorasick.Automaton()
        for key, values in owners.items():
            self._matcher.add_word(key, (len(key), values))
        self._matcher.make_automaton()

    def hits(self, data: bytes) -> Iterator[Value]:
        """Every planted value in ``data``, once for each place and notation."""
        text = data.decode("latin-1")
        for last, (length, values) in self._matcher.iter(text):
            start, end = last - length + 1, last + 1
            around = text[max(0, start - 1) : start], text[end : end + 1]
            for value in values:
                if _alone(value, text[start:end], *around):
                    yield value

    def left(self, folder: Path) -> Places:
        """What is left below ``folder``, by file."""
        places: Places = {}
        for name, data in contents(folder):
            for value in self.hits(data):
                places.setdefault(value, Counter())[name] += 1
        return places


def _alone(value: Value, spelled: str, before: str, after: str) -> bool:
    if value.kind in SHORT_NUMBERS and (
        before.isalnum() or before in {".", ":", "%"} or after.isalnum() or after in {".", "%"}
    ):
        return False
    if value.kind in NUMBERS and spelled.isdigit():
        return not (before.isdigit() or after.isdigit())
    if value.kind == "name_tokens":
        return not (before.isalnum() or after.isalnum())
    return True


def unpacked(data: bytes) -> bytes:
    """The content of a gzip file; anything else as it is."""
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file below ``folder``, unpacked, and the names themselves as one more content."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    yield "(names)", "\n".join(names).encode("utf-8", "surrogateescape")
    for name in names:
        yield name, unpacked((folder / name).read_bytes())


def shown(places: Places) -> list[str]:
    """One line a value, for a failing test."""
    return sorted(
        f"{'HARD' if value.hard else 'soft'} {value.kind} {value.text!r}: "
        + ", ".join(f"{name} x{count}" for name, count in counts.most_common(3))
        for value, counts in places.items()
    )
