"""Dumps of databases as SQL: mysqldump, pg_dump, sqlite3 .dump."""

from __future__ import annotations

import re

from scrubber.engine import PLAIN
from scrubber.model import Format

_DUMP = re.compile(
    rb"(?i)\s*+(?:/\*M?![^\n]{0,256}\n|--[^\n]{0,4096}\n|/\*.{0,4096}?\*/|\s)*+"
    rb"(?:/\*!|CREATE (?:TABLE|DATABASE)|DROP TABLE|(?:INSERT|REPLACE) (?:IGNORE )?INTO|LOCK TABLES"
    rb"|PRAGMA [a-z_]{1,32} ?=|BEGIN TRANSACTION;|COPY [^\n]{1,512} FROM stdin;"
    rb"|SET [A-Za-z_@]{1,64} ?(?:= ?|[A-Za-z0-9'])|SELECT pg_catalog|USE [`\"\w]{1,64};|START TRANSACTION;|BEGIN;"
    rb"|DELETE FROM|TRUNCATE|ALTER TABLE|UPDATE [^\n]{1,128} SET )",
    re.DOTALL,
)
_STATEMENT = re.compile(rb"(?im)^(?:CREATE TABLE|(?:INSERT|REPLACE) (?:IGNORE )?INTO|COPY [^\n]{1,512} FROM stdin;)")


def _sniff(head: bytes, name: str) -> int:
    del name
    return 96 if _DUMP.match(head) is not None and _STATEMENT.search(head) is not None else 0


FORMAT = Format("sql", "Dumps of databases as SQL text", _sniff, PLAIN.text_start, notation="sql")
