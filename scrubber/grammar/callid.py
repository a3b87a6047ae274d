"""Call-ID and the fields that point to dialogs: In-Reply-To, Replaces, Join, Target-Dialog, Session-ID.

RFC 3261 section 20.8, RFC 3891, RFC 3911, RFC 4538, RFC 7989. The separators are also read in their percent-encoded
form, because the same values stand in the ``?Replaces=`` of a URI and must be taken apart the same way there.
"""

from __future__ import annotations

import re
from typing import Final

from scrubber.grammar import authority
from scrubber.grammar.params import KEEP, Param, Table, spare, treat, trim, unknown
from scrubber.model import Part

DIALOG_PARAMS: Final[Table] = {
    b"to-tag": "tag",
    b"from-tag": "tag",
    b"local-tag": "tag",
    b"remote-tag": "tag",
    b"tag": "tag",
    b"early-only": KEEP,
    b"logme": KEEP,
}
_ID = re.compile(rb"[\s,]*+((?:[^\s,;%]++|%(?!3[Bb]))*+)")
_PARAM = re.compile(
    rb"\s*+(?:;|%3[Bb])[\s\"]*+((?:[^\s,;=%\"]++|%(?!3[BbDd]))*+)"
    rb"(?:\s*+(?:=|%3[Dd])[\s\"]*+((?:[^\s,;%\"]++|%(?!3[Bb]))*+)\"?+)?"
)
_NIL = re.compile(rb"0{32}")


def parse(data: bytes, start: int = 0, end: int | None = None) -> list[Part]:
    """The parts of a Call-ID type value: ``call-id``, ``host``, ``tag``; the ids of a Session-ID are ``identifier``."""
    end = len(data) if end is None else end
    out: list[Part] = []
    # Both halves of a Session-ID must come out alike: the id that is local on one side is remote on the other.
    collect(data, start, end, out, "identifier" if data.find(b"remote=", start, end) >= 0 else "call-id")
    return out


def collect(data: bytes, start: int, end: int, out: list[Part], name: str = "call-id") -> None:
    """Append the parts of ids separated by commas or blanks, each with its parameters; ``name`` names the ids."""
    position = start
    while position < end:
        match = _ID.match(data, position, end)
        if match is None:  # the pattern matches everywhere; this is for the type checker
            return
        identify(data, match.start(1), match.end(1), out, name)
        position = match.end()
        while True:
            param = _PARAM.match(data, position, end)
            if param is None:
                break
            _param(data, param, out)
            position = param.end()


def identify(data: bytes, start: int, end: int, out: list[Part], name: str) -> None:
    """Append one id: the part before ``@`` under ``name`` and the host after it, or the whole when that is no host."""
    if start >= end or _NIL.fullmatch(data, start, end):
        return
    at = data.rfind(b"@", start, end)
    after = at + 1
    if at < 0:
        at = data.rfind(b"%40", start, end)
        after = at + 3
    if at < 0 or not authority.is_host_like(data, after, end):
        out.append(Part(start, end, name))
        return
    if at > start:
        out.append(Part(start, at, name))
    authority.endpoint(data, after, end, out)


def _param(data: bytes, match: re.Match[bytes], out: list[Part]) -> None:
    name_start, name_end = match.span(1)
    start, end = match.span(2)
    name = data[name_start:name_end].lower()
    if name == b"remote":
        identify(data, *trim(data, start, end), out, "identifier")
        return
    treatment = DIALOG_PARAMS.get(name)
    if match.lastindex == 1:
        if treatment is None:
            spare(data, name_start, name_end, out)
        return
    if treatment is None:
        unknown(data, Param(name_start, name_end, start, end), out)
    else:
        treat(treatment, data, start, end, out)
