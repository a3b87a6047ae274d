"""What people use today for the same job: ``sed`` with constants, and a script of ten expressions.

None of them learns a name from one line to find it in another; they are here for their speed.

    python -m benchmarks.peers IN OUT      the ten-expression script
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable
from pathlib import Path

SED_FIVE = (
    r"s/([0-9]{1,3}\.){3}[0-9]{1,3}/192.0.2.1/g",
    r"s/(sips?:)[^@;>[:space:]\"]+@/\1user@/g",
    r's/"[^"]*" *</"Name" </g',
    r"s/;(tag|branch)=[^;,[:space:]>]+/;\1=x/g",
    r"s/^(Call-ID|i): .*/\1: call-id/",
)
"""Addresses, user parts, display names, tags and branches, Call-IDs."""

SED_FIFTEEN = (
    *SED_FIVE,
    r"s/\[[0-9a-fA-F:]+(:[0-9a-fA-F]*)+\]/[2001:db8::1]/g",
    r"s/(sips?:[^@;>[:space:]\"]+@)[A-Za-z][A-Za-z0-9.-]*/\1host.invalid/g",
    r's/username="[^"]*"/username="user"/g',
    r's/realm="[^"]*"/realm="realm"/g',
    r's/(nonce|cnonce|opaque)="[^"]*"/\1="nonce"/g',
    r's/response="[^"]*"/response="hash"/g',
    r"s/\+?[0-9]{9,15}/15550100/g",
    r"s/(PJSIP|Local|IAX2)\/[^-,\"'[:space:]]+/\1\/peer/g",
    r"s/Executing \[[^@]*@/Executing [number@/g",
    r"s/(inline:|urn:uuid:)[^;|>[:space:]]+/\1x/g",
)
"""The same, and the other fields scrubber replaces: still constants, no two values stay apart."""

_IPV4 = rb"\b(?:\d{1,3}\.){3}\d{1,3}\b"
EXPRESSIONS = tuple(
    re.compile(pattern)
    for pattern in (
        _IPV4,
        rb"\[[0-9a-fA-F:]{3,45}\]",
        rb"(?<=sip:)[^@;>\s\"]{1,64}(?=@)",
        rb"(?<=@)[A-Za-z][A-Za-z0-9.-]{1,128}",
        rb"\"[^\"\n]{1,64}\"(?= *<)",
        rb"(?<=;tag=)[^;,\s>]{1,128}",
        rb"(?<=branch=z9hG4bK)[^;,\s>]{1,128}",
        rb"(?<=Call-ID: )[^\r\n]{1,128}",
        rb"(?:(?<=nonce=\")|(?<=response=\")|(?<=username=\")|(?<=realm=\")|(?<=opaque=\"))[^\"\n]{1,128}",
        rb"\+?\b\d{9,15}\b",
    )
)


def pseudonymizer(key: bytes) -> Callable[[re.Match[bytes]], bytes]:
    """A replacement with memory: the same text gets the same keyed word."""
    seen: dict[bytes, bytes] = {}

    def replace(match: re.Match[bytes]) -> bytes:
        value = match[0]
        if value not in seen:
            seen[value] = b"x" + hashlib.blake2s(value, key=key, digest_size=6).hexdigest().encode()
        return seen[value]

    return replace


def scrub_by_expressions(source: Path, target: Path) -> None:
    """Apply the ten expressions to every line."""
    replace = pseudonymizer(b"benchmark")
    with source.open("rb") as lines, target.open("wb", buffering=1 << 20) as out:
        for line in lines:
            for expression in EXPRESSIONS:
                line = expression.sub(replace, line)  # noqa: PLW2901 - what such scripts look like
            out.write(line)


if __name__ == "__main__":
    scrub_by_expressions(Path(sys.argv[1]), Path(sys.argv[2]))
