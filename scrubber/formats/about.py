"""What is said about each format: for the command ``formats`` and for ``docs/formats.md``, which has the same rows.

Formats of logs and documents by the name that ``--format`` takes; captures and archives are recognised alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class About(NamedTuple):
    """One row of the table."""

    recognised: str
    replaced: str
    refused: str


_PEOPLE: Final = "names, accounts, numbers, hosts, addresses, identifiers, secrets, dialled digits"
_MESSAGES: Final = "every field of the messages; between them " + _PEOPLE
_NONE: Final = "documents that do not parse are read as logs"
_LOG_REFUSED: Final = "what is no text: an unbroken run of a mebibyte is suppressed"

ABOUT: Final[Mapping[str, About]] = {
    "asterisk": About(
        "`[date] LEVEL[thread][call] file.c:`, the first line of a file",
        _MESSAGES + ", PINs, keys of media, security events",
        _LOG_REFUSED,
    ),
    "ami": About(
        "greeting of the manager interface; blocks that begin with Event, Action or Response",
        "Secret, Key, callers, connected lines, channels, variables; values of unknown fields",
        _LOG_REFUSED,
    ),
    "console": About(
        "a prompt (`host*CLI>`, `freeswitch@host>`), headings of a known table",
        "columns by their headings, cut cells as much of the whole value; PINs, passwords, hints",
        _LOG_REFUSED,
    ),
    "astdb": About(
        "rows of `/FAMILY/key : value`",
        "every part of a key that is no known word, values by the last part of the key",
        "the database file itself (a SQLite file is read as one)",
    ),
    "backtrace": About(
        "frames of gdb, marks of ast_coredumper",
        "every string in arguments and variables; addresses of memory, functions and lines stay",
        "the core dump itself",
    ),
    "autosupport": About(
        "`digiuminfo` in the name, outputs of several known commands",
        "accounts, processes, addresses, serial numbers, licences, configuration, tables",
        _LOG_REFUSED,
    ),
    "freepbx": About(
        "`[date] [LEVEL] (file.php:line)`, `[date] [freepbx.LEVEL]`, printed arrays of PHP",
        "logins, accounts, deployment; in arrays every value whose key no rule calls harmless",
        _LOG_REFUSED,
    ),
    "weblog": About(
        "common, combined and error logs of Apache and nginx",
        "client, account, host, referrer, cookies, query strings, paths of accounts and telephones",
        _LOG_REFUSED,
    ),
    "fail2ban": About("`date fail2ban.part [pid]: LEVEL`", "addresses and host names", _LOG_REFUSED),
    "ucp": About(
        "lines and stack traces of node.js programs of FreePBX",
        "accounts, tokens, sockets, addresses, members of objects",
        _LOG_REFUSED,
    ),
    "vega": About(
        "`SIP m:… UA RX/TX`, `>>>>>>>> SHOW`, `LOG:` entries",
        _MESSAGES + ", serial number (it is the hardware address), octets of ISDN messages",
        _LOG_REFUSED,
    ),
    "netborder": About(
        "milliseconds behind a colon, `[thread] LEVEL - component :`",
        "properties by key, numbers and names in octets of information elements; unknown properties",
        _LOG_REFUSED,
    ),
    "freeswitch": About(
        "`date [idle%] [LEVEL] file.c:line`, sofia traces, `EXECUTE [depth=…]`",
        _MESSAGES + ", channel variables, keys of media, gateways",
        _LOG_REFUSED,
    ),
    "pjsip": About("`HH:MM:SS.mmm sender text`, `--end msg--`", _MESSAGES + ", keys of media", "crash dumps"),
    "kamailio": About("syslog lines of kamailio or opensips", _MESSAGES + ", variables of scripts", _LOG_REFUSED),
    "syslog": About(
        "RFC 3164, RFC 5424 and journald prefixes; also telephones by Digium and Sangoma",
        "the name of the machine; " + _PEOPLE,
        _LOG_REFUSED,
    ),
    "baresip": About("`baresip v`, its traces", _MESSAGES, _LOG_REFUSED),
    "linphone": About("`date domain-level-text`", _MESSAGES, _LOG_REFUSED),
    "json": About("one JSON object a line", "members by key and content", _LOG_REFUSED),
    "ngrep": About(
        "an address line above each packet, which may be cut into rows as wide as a terminal",
        _MESSAGES + "; a payload that is no text becomes dots",
        _LOG_REFUSED,
    ),
    "sip-text": About("a start line of SIP anywhere", _MESSAGES, _LOG_REFUSED),
    "packet-details": About(
        "tshark `-T json`, `jsonraw`, `ek`, `pdml`, `psml`",
        "fields by their names, content of unknown protocols; octets follow the value beside them or become zeros",
        _LOG_REFUSED,
    ),
    "homer": About(
        "packets as objects with `protocol_header`, `data_header`, `raw`; lines of `proto:UDP … --->`",
        "addresses, nodes, passwords of agents, every field of the messages",
        _LOG_REFUSED,
    ),
    "acrobits": About(
        "banner between asterisks; times as `2025-03-02T18:03:12.345Z (1740938592345275)`",
        "accounts, web services, `csc:` links, push tokens, selectors, messages, contacts, calendar, places, media",
        _LOG_REFUSED,
    ),
    "sipis": About(
        "lines with a level, words of the push server",
        "selectors, push tokens, accounts, databases, parties of calls",
        _LOG_REFUSED,
    ),
    "minisipserver": About(
        "the name of the program, its phrases",
        "every field of the messages, parties of `Call-Info`, users, lines, passwords, licences",
        "the database: export users and lines as text first",
    ),
    "coturn": About(
        "`seconds: (thread): LEVEL: session …`; keys of turnserver.conf",
        "accounts, realms, peers, static secrets, databases",
        _LOG_REFUSED,
    ),
    "twinkle": About(
        "`+++ date time LEVEL AREA`; keys of a profile",
        "every field of the messages; accounts, passwords, numbers of a profile",
        _LOG_REFUSED,
    ),
    "sipp": About(
        "rules above each message, unexpected messages in quotes, screens",
        "every field of the messages; accounts, passwords and addresses between them",
        _LOG_REFUSED,
    ),
    "desk-phone": About(
        "`[5]4/3/2025 18:03:12:` (Snom), `0302180312|sip  |4|00|` (Polycom)",
        _MESSAGES,
        _LOG_REFUSED,
    ),
    "logcat": About(
        "`MM-DD HH:MM:SS.mmm pid tid LEVEL` or `LEVEL/tag(pid):`",
        "every field of the messages behind the tag; as in any log",
        _LOG_REFUSED,
    ),
    "apple": About(
        "unified log, Console and Xcode prefixes",
        "every field of the messages; as in any log",
        _LOG_REFUSED,
    ),
    "packets": About(
        "trees of tshark `-V`, hexadecimal dumps of tcpdump, tshark and ngrep",
        "fields as in a capture; octets and the text beside them together",
        _LOG_REFUSED,
    ),
    "asterisk-conf": About(
        "sections and keys of Asterisk's own files", "values by key, names of sections, lines of the dial plan", _NONE
    ),
    "ini": About("sections with `key = value`", "values by key and content", _NONE),
    "csv": About(
        "rows of as many columns; call and event records",
        "values by the name of the column, by position, by content",
        _NONE,
    ),
    "queue-log": About("`epoch|call|queue|agent|EVENT|…`", "queues, agents, callers, numbers by event", _NONE),
    "sql": About(
        "statements of a dump", "values by column and, in rows of settings, by the keyword beside them", _NONE
    ),
    "html": About(
        "`<!doctype html>`, `<html>`, a table or form at the beginning",
        "cells by the headings above or the cell beside them, terms and labels; plain words",
        _NONE,
    ),
    "mail": About(
        "header fields of mail, a part in quoted-printable or base64",
        "header fields, text parts in any transfer encoding; a part that is no text is suppressed",
        _LOG_REFUSED,
    ),
    "content-lines": About(
        "`BEGIN:VCARD`, `BEGIN:VCALENDAR`, an entry of a directory (`dn:`)",
        "values by property and parameter, also in base64; pictures, certificates and notes go",
        _LOG_REFUSED,
    ),
    "xml": About("a document of elements", "values by element and attribute, in any case of letters", _NONE),
    "yaml": About("block style", "values by key and content", _NONE),
    "json-document": About("one object or array over many lines", "members by key and content", _NONE),
    "sqlite": About(
        "`SQLite format 3`", "every value by its column, into a fresh file without free pages", "encrypted databases"
    ),
    "plain": About("anything else that is text", _PEOPLE, "binary files of no known kind"),
    "capture": About(
        "pcap, pcapng (also gzip, zstd, lz4)",
        "addresses, every field of known protocols; media, unknown payloads and secrets are blanked",
        "other capture formats (snoop, ERF, network monitor)",
    ),
    "archive": About(
        "folders, tar (gz, xz, zst), zip, nested",
        "members by their own format; names, owners and comments of members",
        "links and paths that leave the tree, bombs; members that hold audio, images, dumps, keys leave a note",
    ),
}
"""In the order of recognition: systems, wrappers, plain text; captures and archives last."""
