"""Lines that wrap other text: hexadecimal dumps, and messages flattened into one line by escaped line ends."""

from __future__ import annotations

import re
from collections.abc import Callable

from scrubber.payloadlines import is_head

_HEXDUMP = re.compile(
    rb"([ \t]{0,16}(?:[0-9a-f]{8}\.[0-9a-f]{8} 0x[0-9a-f]{6,16}[ \t]{1,4})?(?:0x)?[0-9A-Fa-f]{4,8}:?[ \t]{1,3})"
    rb"((?:(?:[0-9A-Fa-f]{2}){1,4}(?:[ \t]{1,3}|\Z)){1,32})([ \t]*)(.{0,120})",
    re.DOTALL,
)
_DEBUGGER = re.compile(
    rb"([ \t]{0,16}[0-9A-Fa-f]{8}`[0-9A-Fa-f]{8}[ \t]{1,3})"
    rb"((?:(?:[0-9A-Fa-f]{2}){1,8}(?:[ \t]{1,3}|-(?=[0-9A-Fa-f]{2})|\Z)){1,32})([ \t]*)(.{0,120})",
    re.DOTALL,
)
"""A row of WinDbg: both halves of an address, a hyphen in the middle of the octets."""
_UNPLACED = re.compile(rb"( {2})((?:[0-9a-f]{2} {1,5}){0,15}[0-9a-f]{2})( {2,72})(.{1,16})", re.DOTALL)
"""A row of ``ngrep -x``, which has no offset: a sign for each octet is what tells it from words."""
_HEX_DIGIT = re.compile(rb"[0-9A-Fa-f]")
_PRINTED = re.compile(rb"[^ \t\r\n]")
_ESCAPED = ((b"#015#012", b"\r\n"), (b"\\r\\n", b"\r\n"), (b"\\015\\012", b"\r\n"), (b"#012", b"\n"), (b"\\n", b"\n"))
_BARE = re.compile(rb"\r(?!\Z)")
_MESSAGE = re.compile(rb"SIP/2\.0(?: [1-6][0-9]{2} |#01|\\r|\\n|\\0|\r(?!\Z))")


_ENDS = re.compile(
    rb"--end msg--|<-{3,}.*|-{3,}( \([0-9]+ headers [0-9]+ lines\) -{3,})?|[=|*_~]{4,}|-{5,}.*|"
    rb"[UTIN#] [0-9/]{0,10} ?[0-9:.]+ .* -> .*|#{1,80}|(?:Reliably )?Transmitting (?:\([^()]{1,20}\) )?to [0-9\[].*|"
    rb"Retransmitting #[0-9].*|The following events occurred:|(?:recv|send) [0-9]+ bytes (?:from|to) .*|"
    rb"\x1b\[[0-9;]{0,12}m|(?:UDP|TCP|TLS|WS|WSS) .* -> .*|sip:(?:send|recv):.*|"
    rb"[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3,9} "
    rb"(?:(?:[a-z0-9]{2,15} +(?:In|Out|M|B|P) +)?IP6? |[0-9A-Fa-f:.]{3,60} > ).*|={4,}.*",
    re.DOTALL,
)


def ends_message(line: bytes) -> bool:
    """Whether a line without log prefix cannot be part of the SIP message above it, in any known trace."""
    return _ENDS.fullmatch(line[:512]) is not None or (b" -> " in line and is_head(line))


def _row(line: bytes) -> re.Match[bytes] | None:
    row = line.rstrip(b"\r")
    match = (_DEBUGGER if b"`" in row[:32] else _HEXDUMP).fullmatch(row)
    if match is None and row[:2] == b"  ":
        match = _UNPLACED.fullmatch(row)
        if match is not None and len(match[2].split()) != len(match[4]):
            return None
    return match


def looks_like_hexdump(line: bytes) -> bool:
    """Whether a line is one row of a hexadecimal dump: an offset, octet groups, and the same octets as text."""
    match = _row(line)
    if match is None:
        return False
    return len(match[2].split()) >= (1 if b"x" in match[1] else 2)


def hexdump(line: bytes) -> bytes:
    """The row with every octet zero and every printed character a dot: offsets and row lengths stay."""
    match = _row(line)
    if match is None:
        return line
    end = line[len(line.rstrip(b"\r")) :]
    return match[1] + _HEX_DIGIT.sub(b"0", match[2]) + match[3] + _PRINTED.sub(b".", match[4]) + end


def escaped_newlines(line: bytes, scrub: Callable[[bytes], bytes]) -> bytes | None:
    r"""A line that holds a SIP message flattened by escaped line ends, scrubbed in its unfolded form.

    Returns None when the line holds no such message. Syslog writes ``#012``, many programs literal ``\r\n``.
    """
    if _MESSAGE.search(line) is None:
        return None
    for escape, raw in _ESCAPED:
        if line.count(escape) >= 2:
            inner = line.replace(b"\n", b" ").replace(escape, raw)
            return scrub(inner).replace(raw, escape)
    if len(_BARE.findall(line)) >= 2:
        return scrub(line.replace(b"\r", b"\n")).replace(b"\n", b"\r")
    return None
