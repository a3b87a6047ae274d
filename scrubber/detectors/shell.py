"""Commands as people type them and programs run them: credentials by the options of well-known tools.

``mysql -pXk29fj``, ``sshpass -p 'Xk 29'``, ``curl -u user:password``: a letter behind a dash says nothing by itself,
the command before it does. Words are cut as a shell cuts them; a command ends where the shell would begin another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final, NamedTuple

from scrubber.model import Entity, Finding

RULE: Final = "shell-option"
ARGUMENTS: Final = 64
"""Words behind a command that are looked at."""
COMMANDS: Final = 32
"""Commands of one text; they may stand in each other's words."""
PAIR: Final = "pair"
"""User and password, with a colon, a percent sign or a comma between."""
PASS: Final = "pass"
"""A secret behind ``pass:``, as OpenSSL is given one."""
Takes = Entity | str
_S, _U, _H = Entity.SECRET, Entity.USER, Entity.HOST


class Command(NamedTuple):
    """What the options of a command hold."""

    options: Mapping[bytes, Takes]
    glued: frozenset[bytes] = frozenset()
    """Options whose value follows without a blank."""
    last: tuple[Takes, ...] = ()
    """What the last words are."""


_DATABASE = Command({b"-u": _U, b"-h": _H, b"-p": _S}, frozenset((b"-u", b"-p", b"-h")))
_SNMP = Command({b"-c": _S, b"-A": _S, b"-X": _S, b"-u": _U})
_LDAP = Command({b"-w": _S, b"-h": _H})
_ARCHIVER = Command({b"-P": _S, b"-p": _S}, frozenset((b"-p",)))
_POSTGRES = Command({b"-U": _U, b"-h": _H})
_BROKER = Command({b"-u": _U, b"-P": _S, b"-h": _H})
_CURL = Command(
    {**dict.fromkeys((b"-u", b"--user", b"-U", b"--proxy-user"), PAIR), b"-b": _S, b"--cookie": _S, b"--pass": _S},
    frozenset((b"-u",)),
)
_COMMANDS: Final[Mapping[bytes, Command]] = {
    b"curl": _CURL,
    b"wget": Command({b"--user": _U, b"--password": _S, b"--http-user": _U, b"--http-password": _S}),
    **dict.fromkeys((b"mysql", b"mysqldump", b"mysqladmin", b"mysqlimport", b"mariadb", b"mariadb-dump"), _DATABASE),
    **dict.fromkeys((b"psql", b"pg_dump", b"pg_restore"), _POSTGRES),
    b"sshpass": Command({b"-p": _S}, frozenset((b"-p",))),
    **dict.fromkeys((b"smbclient", b"winexe", b"rpcclient"), Command({b"-U": PAIR})),
    b"lftp": Command({b"-u": PAIR}),
    b"sipsak": Command({b"-a": _S, b"-u": _U}),
    b"sipp": Command({b"-ap": _S, b"-au": _U, b"-s": _U}),
    b"htpasswd": Command({}, last=(_U, _S)),
    b"openssl": Command({b"-k": _S, b"-K": _S, b"-pass": PASS, b"-passin": PASS, b"-passout": PASS}),
    **dict.fromkeys((b"ldapsearch", b"ldapmodify", b"ldapadd", b"ldapwhoami"), _LDAP),
    **dict.fromkeys((b"snmpwalk", b"snmpget", b"snmpset", b"snmpbulkwalk", b"snmptrap"), _SNMP),
    b"redis-cli": Command({b"-a": _S, b"-h": _H}),
    b"ipmitool": Command({b"-P": _S, b"-U": _U, b"-H": _H}),
    **dict.fromkeys((b"mosquitto_pub", b"mosquitto_sub"), _BROKER),
    **dict.fromkeys((b"zip", b"unzip", b"7z"), _ARCHIVER),
    b"fs_cli": Command({b"-p": _S, b"-u": _U, b"-H": _H}),
    b"docker": Command({b"-p": _S, b"-u": _U}, frozenset((b"-p", b"-u"))),
    **dict.fromkeys((b"mongo", b"mongosh", b"mongodump"), Command({b"-p": _S, b"-u": _U})),
    b"echo": Command({}, last=(_S,)),
}
WORDS: Final = (*[word for word in _COMMANDS if word != b"echo"], b"chpasswd", b"sudo")
"""In lower case; where none of these stands, no command does."""
_START = re.compile(
    rb"(?<![\w.-])(" + b"|".join(map(re.escape, sorted(_COMMANDS, key=len, reverse=True))) + rb")(?:\.exe)?(?=[ \t])"
)
_WORD = re.compile(
    rb"[ \t]+(?P<word>(?:'[^'\r\n]{0,1024}+'|\"(?:[^\"\\\r\n]|\\.){0,1024}+\"|\\.|[^\s'\"|;&\\)]){1,1024}+)"
)
_QUOTED = re.compile(rb"'([^'\r\n]*)'|\"((?:[^\"\\\r\n]|\\.)*)\"", re.DOTALL)
_PIPED = re.compile(rb"[ \t]*\|[ \t]*(?:sudo -S|sudo --stdin|chpasswd|passwd --stdin|openssl|su |kinit)")
"""What is given a password by ``echo``."""
_MARK = re.compile(rb"[:%,]")


class _Word(NamedTuple):
    start: int
    end: int
    text: bytes


def find(text: bytes) -> Iterator[Finding]:
    """Values of options of the commands in ``text``."""
    for start in islice(_START.finditer(text), COMMANDS):
        command = _COMMANDS[start[1]]
        words = list(islice(_words(text, start.end()), ARGUMENTS))
        if start[1] == b"echo":
            if words and _PIPED.match(text, words[-1].end + (text[words[-1].end : words[-1].end + 1] in (b"'", b'"'))):
                yield from _taken(words[-1], _S)
            continue
        yield from _options(words, command)


def _words(text: bytes, position: int) -> Iterator[_Word]:
    """The words of a command, without the quotes around them."""
    while (match := _WORD.match(text, position)) is not None:
        start, end = match.span("word")
        position = end
        quoted = _QUOTED.fullmatch(text, start, end)
        if quoted is not None:
            start, end = start + 1, end - 1
        yield _Word(start, end, text[start:end])


def _options(words: list[_Word], command: Command) -> Iterator[Finding]:
    plain: list[_Word] = []
    takes: Takes | None = None
    for word in words:
        if takes is not None and word.text[:1] != b"-":
            yield from _taken(word, takes)
            takes = None
            continue
        takes = command.options.get(word.text)
        if takes is not None and word.text in command.glued and word.text == b"-p":
            takes = takes if command is not _DATABASE else None
        elif takes is None and word.text[:1] == b"-":
            option, mark, value = word.text.partition(b"=")
            held = command.options.get(option) if mark else None
            if held is not None:
                yield from _taken(_Word(word.start + len(option) + 1, word.end, value), held)
            elif word.text[:2] in command.glued and word.text[:2] != word.text and word.text[1:2] != b"-":
                yield from _glued(word, command.options[word.text[:2]])
        elif takes is None:
            plain.append(word)
    if command.last and len(plain) >= len(command.last):
        for word, held in zip(plain[-len(command.last) :], command.last, strict=True):
            yield from _taken(word, held)


def _glued(word: _Word, takes: Takes) -> Iterator[Finding]:
    """``-pSecret``, ``-p'Secret'``."""
    start, end = word.start + 2, word.end
    if word.text[2:3] in (b"'", b'"') and word.text[2:3] == word.text[-1:] and end - start > 1:
        start, end = start + 1, end - 1
    yield from _taken(_Word(start, end, word.text[start - word.start : end - word.start]), takes)


def _taken(word: _Word, takes: Takes) -> Iterator[Finding]:
    start, end, text = word
    if takes == PASS:
        if text.startswith(b"pass:"):
            yield Finding(start + 5, end, _S, RULE)
        return
    if takes == PAIR:
        mark = _MARK.search(text)
        if mark is None:
            takes = _U
        else:
            if mark.start():
                yield Finding(start, start + mark.start(), _U, RULE)
            start, takes = start + mark.end(), _S
    if start < end and isinstance(takes, Entity) and text[:1] not in (b"$", b"-"):
        yield Finding(start, end, takes, RULE)
