"""An independent look at the SIP messages of a text: are two texts the same but for a renaming?

Written against RFC 3261 alone, with none of the package's grammar, so that both cannot share a mistake.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_START = re.compile(
    r"^(?:.{0,120}?\s)?"
    r"(?:(?P<method>[A-Z]{3,20}) (?P<uri>\S{3,2000}) SIP/2\.0|SIP/2\.0 (?P<status>[1-6]\d\d)(?: .*)?)\.?$"
)
_FIELD = re.compile(r"^(?P<name>[A-Za-z][A-Za-z0-9-]*)\s*:\s?(?P<value>.*)$")
_LONG = {
    "v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type",
    "s": "subject", "k": "supported", "e": "content-encoding", "o": "event", "r": "refer-to", "b": "referred-by",
}  # fmt: skip
_KEPT = ("cseq", "max-forwards", "expires", "content-type", "allow", "supported", "event", "require")
_TAG = re.compile(r";\s*tag=([^;>,\s]+)")
_BRANCH = re.compile(r";\s*branch=([^;>,\s]+)")


_LENGTH = re.compile(r"(?i)(?:content-length|l)[ \t]*:[ \t]*([0-9]{1,9})[ \t]*")
_BANNER = re.compile(r"([0-9]{1,9})[\])]? ?bytes")


@dataclass
class Message:
    """What must stay (``kept``) and what must be renamed one to one (``renamed``) of one message."""

    line: int
    kept: dict[str, object] = field(default_factory=dict)
    renamed: dict[str, tuple[str, ...]] = field(default_factory=dict)


def messages(data: bytes) -> list[Message]:
    """Every SIP message of a text, by its start line."""
    lines = [line.rstrip("\r") for line in data.decode("latin-1").split("\n")]
    found = []
    for number, line in enumerate(lines):
        start = _START.match(line) if "SIP/2.0" in line else None
        if start and number + 1 < len(lines) and _FIELD.match(lines[number + 1]):
            found.append(_message(lines, number, start))
    return found


def _message(lines: list[str], number: int, start: re.Match[str]) -> Message:
    message = Message(number)
    message.kept["start"] = start["method"] or start["status"]
    names: list[str] = []
    values: dict[str, list[str]] = {}
    for line in lines[number + 1 : number + 200]:
        text = line.removesuffix(".") if line == "." else line
        if not text:
            break
        match = _FIELD.match(text)
        if not match:
            if text[:1] in " \t" and names:
                values[names[-1]][-1] += text
                continue
            break
        name = _LONG.get(match["name"].lower(), match["name"].lower())
        names.append(name)
        values.setdefault(name, []).append(match["value"])
    message.kept["names"] = tuple(names)
    for name in _KEPT:
        message.kept[name] = tuple(values.get(name, ()))
    joined = {name: ",".join(value) for name, value in values.items()}
    message.renamed["call-id"] = tuple(values.get("call-id", ()))
    message.renamed["tag"] = tuple(_TAG.findall(joined.get("from", "")) + _TAG.findall(joined.get("to", "")))
    message.renamed["branch"] = tuple(_BRANCH.findall(joined.get("via", "")))
    message.renamed["nonce"] = tuple(re.findall(r'\bnonce="([^"]*)"', " ".join(joined.values())))
    return message


def differences(before: bytes, after: bytes) -> list[str]:
    """What is not the same but for a renaming: empty when the call flow is intact. Values are not shown."""
    old, new = messages(before), messages(after)
    if len(old) != len(new):
        return [f"{len(old)} messages became {len(new)}"]
    found = []
    forward: dict[tuple[str, str], str] = {}
    backward: dict[tuple[str, str], str] = {}
    for one, two in zip(old, new, strict=True):
        found += [f"line {one.line + 1}: {key} differs" for key in one.kept if one.kept[key] != two.kept[key]]
        for kind, values in one.renamed.items():
            others = two.renamed[kind]
            if len(values) != len(others):
                found.append(f"line {one.line + 1}: {kind}: {len(values)} values became {len(others)}")
                continue
            for value, other in zip(values, others, strict=True):
                if forward.setdefault((kind, value), other) != other:
                    found.append(f"line {one.line + 1}: {kind}: one original, two pseudonyms")
                if backward.setdefault((kind, other), value) != value:
                    found.append(f"line {one.line + 1}: {kind}: two originals, one pseudonym")
    return found


def _declared(lines: list[str], start: int) -> tuple[int, int]:
    """Of the message that begins at line ``start``: Content-Length (0 without one) and the line after its header."""
    declared = 0
    for number in range(start + 1, min(start + 200, len(lines))):
        text = lines[number].rstrip("\r")
        if text in ("", "."):
            return declared, number + 1
        if match := _LENGTH.fullmatch(text.removesuffix(".")):
            declared = int(match[1])
    return 0, len(lines)


def _rows(lines: list[str], body: int, declared: int, line_end: int) -> int:
    """How many lines from ``body`` on are exactly ``declared`` bytes, the last with or without its end; 0 for none."""
    size = 0
    for number in range(body, len(lines)):
        size += len(lines[number]) + line_end
        if declared in (size, size - line_end, size - line_end - 1):
            return number + 1 - body
        if size > declared:
            return 0
    return 0


def lengths(before: bytes, after: bytes) -> tuple[int, list[str]]:
    """How many lengths (Content-Length, ``NNN bytes`` above a message) of ``before`` are right, and which no more.

    Traces print a carriage return as itself, as a dot or not at all, so a line end counts as one byte or as two.
    """
    old, new = before.decode("latin-1").split("\n"), after.decode("latin-1").split("\n")
    if len(old) != len(new):
        return 0, [f"{len(old)} lines became {len(new)}"]
    counted, found = 0, []
    for message in messages(before):
        declared, body = _declared(old, message.line)
        claimed, _ = _declared(new, message.line)
        for line_end in (1, 2):
            rows = _rows(old, body, declared, line_end) if declared else 0
            grown = _size(new[body : body + rows], line_end) - _size(old[body : body + rows], line_end)
            if rows and claimed - declared != grown:
                found.append(f"line {message.line + 1}: Content-Length grew by {claimed - declared}, not {grown}")
            size = _size(old[message.line : body], line_end) + declared
            now = _size(new[message.line : body], line_end) + declared + grown
            banners = [number for number in range(max(0, message.line - 3), message.line) if _says(old[number], size)]
            if rows or banners:
                counted += bool(rows) + len(banners)
                found += [f"line {number + 1}: not {now} bytes" for number in banners if not _says(new[number], now)]
                break
    return counted, found


def _size(lines: list[str], line_end: int) -> int:
    return sum(len(line) + line_end for line in lines)


def _says(line: str, size: int) -> bool:
    return any(int(number) == size for number in _BANNER.findall(line))
