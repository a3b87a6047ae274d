"""Mails as they are stored and attached: header fields, and parts in quoted-printable or base64 (RFC 2045)."""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.model import Format

_FIELD = re.compile(rb"(?:From [^\r\n]{1,256}\r?\n)?[A-Za-z][A-Za-z0-9-]{1,63}:[ \t]")
_ENCODED = re.compile(rb"^Content-Transfer-Encoding:[ \t]*+(?:quoted-printable|base64)\b", re.MULTILINE | re.IGNORECASE)
_OF_MAIL = re.compile(rb"^(?:Subject|Received|Return-Path|MIME-Version|Delivered-To):", re.MULTILINE | re.IGNORECASE)


def _sniff(head: bytes, name: str) -> int:
    del name
    if _ENCODED.search(head) is None or _OF_MAIL.search(head) is None:
        return 0
    return 97 if _FIELD.match(head) is not None else 60


FORMAT = Format("mail", "Mails with parts in quoted-printable or base64", _sniff, PLAIN.text_start, notation="mail")
