"""Settings of programs: INI files and the configuration of Asterisk (``=``, ``=>``, templates, comments, includes).

A line whose setting is known, harmless or plain is read like a line of a log, with all that rules say about lines of
configurations. In any other only plain words stay. The name of a section is an identity where its settings say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from scrubber.detectors import values
from scrubber.documents.cell import Cells
from scrubber.engine import PLAIN, records
from scrubber.model import Entity

RULE: Final = "document-section"
MAILBOX: Final = "document-mailbox"
_SETTING = re.compile(rb"[ \t]*+(?P<key>[^\s=;#\[\]\"'<>{}][^=;\r\n\"'<>{}]{0,127}?)[ \t]*+(?:=>|\+=|=)[ \t]*+")
_SECTION = re.compile(rb"[ \t]*+\[(?P<name>[^\]\r\n]{0,256})\](?P<rest>(?:[ \t]*+\([^()\r\n]{0,512}\))?)")
_MAILBOX = re.compile(
    rb"(?P<before>[ \t;]*+)(?P<user>[0-9]{1,20})(?P<mark>[ \t]*+=>?[ \t]*+-?)(?P<pin>[0-9*#]{0,32}|REDACTED)"
    rb",(?P<name>[^,;=\r\n]{1,128})(?P<rest>,[^\r\n]{0,4096})?"
)
"""Of ``voicemail.conf``: PIN, or what stands for one, and owner of a mailbox, perhaps behind the mark of a comment."""
_PAGER = re.compile(rb"(,[^,]{0,256},)(\+?[0-9]{3,20})(?=,|\Z)")
"""Behind the owner and his mail address: where else he is told."""
_COMMENT = re.compile(rb"[ \t]*+(?:[;#]|//)")
_TRAILING = re.compile(rb"(?<!\\)[ \t];|(?<=[ \t])#")
_PASSWORDS: Final = frozenset((b"passwords", b"passwd", b"credentials", b"logins"))
"""Sections in which a setting is called like the account whose password it is."""
_KEYED: Final = _PASSWORDS | {b"users"}
"""And those where it may be a role, too."""
_ACCOUNT = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._@+-]{2,63}")
_DIALPLAN: Final = frozenset(b"exten same include switch lswitch eswitch ignorepat register member n".split())
"""Settings whose values are lines of a small language, which rules for lines know."""
_CONTEXT: Final = frozenset(b"exten same include switch lswitch eswitch ignorepat autohints".split())
_KINDS: Final = frozenset(b"endpoint aor auth identify registration friend peer user".split())
_LABELS: Final = ("label-", "fragment-")
_LOOSE: Final = frozenset((Entity.SECRET, Entity.DTMF, Entity.TEXT))
"""What rules for lines of a log see in prose about them."""
_PART = re.compile(rb"[0-9A-Za-z\x80-\xff]+")


class Reading:
    """One file, block by block."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._commented = False
        """Whether a comment of several lines is open."""
        self._keyed = False
        """Whether the settings of the section are called by accounts."""
        self._passwords = False
        """Whether their values are passwords, whatever they look like."""

    def read(self, block: bytes) -> bytes:
        """A block of whole lines."""
        lines = block.splitlines(keepends=True) if b"\n" in block else [block]
        pieces: list[bytes] = []
        waiting: list[bytes] = []
        for number, line in enumerate(lines):
            new = self._line(line, lines, number)
            if new is None:
                waiting.append(line)
                continue
            pieces += (self._cells.to.lines(b"".join(waiting)), new)
            waiting.clear()
        if waiting:
            pieces.append(self._cells.to.lines(b"".join(waiting)))
        return b"".join(pieces)

    def _line(self, line: bytes, lines: list[bytes], number: int) -> bytes | None:
        """The line rewritten; None when it is read like a line of a log."""
        text = line.rstrip(b"\r\n")
        mailbox = _MAILBOX.fullmatch(text)
        if mailbox is not None:
            return self._mailbox(mailbox) + line[len(text) :]
        if self._is_comment(text) or _COMMENT.match(text):
            return None if b"=" in text or not text.isascii() else self._comment(text) + line[len(text) :]
        section = _SECTION.match(text)
        if section is not None:
            name = section["name"].strip().lower()
            self._keyed, self._passwords = name in _KEYED, name in _PASSWORDS
            return self._section(section, text, lines[number + 1 :] if number < len(lines) else []) + line[len(text) :]
        setting = _SETTING.match(text)
        if setting is None:
            return self._cells.denied(text) + line[len(text) :] if text.strip() else None
        if setting["key"].lower() in _DIALPLAN or setting["key"][:1] == b"_":
            return None
        new = self._account(setting, text) if self._keyed else None
        if new is None:
            new = self._setting(setting, text)
        return None if new is None else new + line[len(text) :]

    def _comment(self, text: bytes) -> bytes:
        """What somebody explains: a word behind a colon is no value there, unless it is a secret."""
        cells = self._cells
        found = [
            finding
            for finding in cells.reader.scanner.findings(text)
            if not (finding.rule.startswith(_LABELS) and finding.entity is not Entity.SECRET)
            and not (finding.entity in _LOOSE and cells.is_plain(text[finding.start : finding.end]))
        ]
        return cells.reader.settled(text, found)

    def _mailbox(self, mailbox: re.Match[bytes]) -> bytes:
        value = self._cells.to.value
        before, user, mark, pin, name, rest = mailbox.groups(b"")
        new = before + value(Entity.USER, user, MAILBOX) + mark + (value(Entity.SECRET, pin, MAILBOX) if pin else b"")
        owner = name.strip()
        new += b"," + name.replace(owner, value(Entity.NAME, owner, MAILBOX))
        text = self._cells.to.text
        pager = _PAGER.match(rest)
        if pager is None:
            return new + text(rest)
        return new + text(pager[1]) + value(Entity.NUMBER, pager[2], MAILBOX) + text(rest[pager.end() :])

    def _is_comment(self, text: bytes) -> bool:
        """Whether a line belongs to a comment of several lines, ``;--`` to ``--;``."""
        if self._commented:
            self._commented = b"--;" not in text
            return True
        opening = text.find(b";--")
        if opening >= 0 and text[opening + 3 : opening + 4] != b"-":
            self._commented = text.find(b"--;", opening + 3) < 0
            return not text[:opening].strip()
        return False

    def _setting(self, setting: re.Match[bytes], text: bytes) -> bytes | None:
        cells = self._cells
        start = setting.end()
        trailing = _TRAILING.search(text, start)
        end = len(text) if trailing is None else trailing.start()
        value = text[start:end]
        if cells.is_plain(value) and cells.is_label(setting["key"]):
            return None
        rule = cells.rule(setting["key"])
        harmless = rule is not None and rule.entity is None
        if harmless and (cells.is_product(setting["key"]) or cells.is_setting(setting["key"], value.strip())):
            return None
        found = cells.reader.scanner.findings(text)
        strange = cells.strange(text, start if cells.is_label(setting["key"]) else 0, end, found)
        return cells.reader.settled(text, found + strange) if strange else None

    def _account(self, setting: re.Match[bytes], text: bytes) -> bytes | None:
        """An account and its password, in a section of such; None for a setting of another kind."""
        cells = self._cells
        key, rest = setting["key"].strip(), text[setting.end() :]
        plain = cells.is_plain(key)
        if _ACCOUNT.fullmatch(key) is None or cells.rule(key) is not None or (plain and not self._passwords):
            return None
        before, between = text[: setting.start("key")], text[setting.end("key") : setting.end()]
        value = rest.strip()
        if self._is_password(value):
            rest = rest.replace(value, cells.to.value(Entity.SECRET, value, RULE))
        elif value:
            rest = rest.replace(value, cells.to.text(value))
        return before + (key if plain else cells.to.value(Entity.USER, key, RULE)) + between + rest

    def _is_password(self, value: bytes) -> bool:
        """Whether the value of an account is no role, and no sign that there is none."""
        if self._passwords:
            return values.checked(value, 0, len(value), Entity.SECRET) is not None
        return bool(value) and not self._cells.is_plain(value) and self._cells.rule(value) is None

    def _section(self, section: re.Match[bytes], text: bytes, below: list[bytes]) -> bytes:
        start, stop = section.span("name")
        first, last = section.span("rest")
        new = text[:start] + self._name(section["name"], below) + text[stop:first]
        if last > first:
            new += self._cells.denied(text[first:last])
        return new + self._cells.to.text(text[last:])

    def _name(self, name: bytes, below: list[bytes]) -> bytes:
        cells = self._cells
        parts = _PART.findall(name)
        if not name.strip() or all(map(cells.is_plain, parts)):
            return cells.to.text(name)
        kind = _kind(below, cells)
        if kind != "identity":
            return cells.to.text(name) if kind else cells.denied(name)
        if all(cells.is_plain(part) or part.isdigit() for part in parts):
            return _PART.sub(lambda part: self._part(part[0]), name)
        return cells.to.value(Entity.USER, name, RULE)

    def _part(self, part: bytes) -> bytes:
        """``1001`` of ``1001-auth``."""
        return part if self._cells.is_plain(part) else self._cells.to.value(Entity.USER, part, RULE)


def _kind(below: list[bytes], cells: Cells) -> str:
    """What the settings below a section say it is: ``identity``, ``context`` or nothing."""
    for line in below[:256]:
        if line.lstrip()[:1] == b"[":
            break
        setting = _SETTING.match(line)
        if setting is None:
            continue
        key, value = setting["key"].lower(), line[setting.end() :].split(b";")[0].strip().lower()
        if key in _CONTEXT or key[:1] == b"_":
            return "context"
        rule = cells.rule(key)
        if (key == b"type" and value in _KINDS) or (rule is not None and rule.entity is Entity.SECRET):
            return "identity"
    return ""


def read(chunks: Iterator[bytes], cells: Cells) -> Iterator[tuple[bytes, bytes]]:
    """Pairs of a block of lines and what becomes of it."""
    reading = Reading(cells)
    for block in records(chunks, PLAIN):
        yield block, reading.read(block)
