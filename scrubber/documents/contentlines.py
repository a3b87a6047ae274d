"""Contacts and calendars, ``NAME;PARAMETER=value:value`` (vCard, iCalendar), and directories, ``name: value`` (LDIF).

What a property is called says what stands under it; under a name that says nothing only plain words stay. Folded lines
are read as one and written as one where they change.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Final

from scrubber.documents.cell import Cells
from scrubber.engine import PLAIN, records
from scrubber.grammar import vcard
from scrubber.model import Entity

RULE: Final = "document-directory"
_LOGICAL = re.compile(rb"[^\n]*+(?:\n[ \t][^\n]*+)*+\n?")
_FOLD = re.compile(rb"\r?\n[ \t]")
_PROPERTY = re.compile(
    rb"(?:[A-Za-z0-9-]{1,16}\.)?(?P<name>[A-Za-z][A-Za-z0-9.-]{0,63})(?P<parameters>(?:;(?:[^:\"\r\n]++|\"[^\"\r\n]*+\"?+)*+)?)"
    rb"(?P<mark>::?[ \t]*+)"
)
_PARAMETER = re.compile(rb"(?P<name>;(?:[A-Za-z0-9-]{1,64}=)?+)(?P<value>\"[^\"]*+\"?+|[^;\"]*+)")
_COMPONENT = re.compile(rb"(?:[^;,\\]++|\\.)++", re.DOTALL)
_RELATIVE = re.compile(
    rb"(?P<name>[A-Za-z][A-Za-z0-9.-]{0,63})(?P<mark> ?= ?)(?P<value>(?:[^,+\\]++|\\.)++)", re.DOTALL
)
_DOMAIN = re.compile(rb"(?i)(?<![a-z])dc ?= ?[^,+\s]++(?:, ?dc ?= ?[^,+\s]++)*+")
_LABEL = re.compile(rb"(?<==)[^,+\s]++")
_ALIASES: Final[Mapping[bytes, bytes]] = {
    **dict.fromkeys(b"fn n nickname sort-string cn sn initials gecos related owner secretary".split(), b"fullname"),
    **dict.fromkeys(b"org o ou departmentnumber title role employeetype categories".split(), b"organization"),
    **dict.fromkeys(
        b"adr geo label location l st street postalcode postaladdress homepostaladdress c co roomnumber"
        b" physicaldeliveryofficename registeredaddress tz".split(),
        b"street",
    ),
    **dict.fromkeys(b"tel ipphone otherphone othermobile telexnumber facsimiletelephonenumber".split(), b"phone"),
    **dict.fromkeys(b"bday anniversary summary description note info comment contact gender".split(), b"note"),
    **dict.fromkeys(b"email mail rfc822mailbox".split(), b"email"),
    **dict.fromkeys(b"userpassword unicodepwd sambantpassword sambalmpassword key".split(), b"password"),
    **dict.fromkeys(b"employeenumber uidnumber uid".split(), b"userid"),
}
"""What a property that labels do not know is called otherwise."""
_DIRECTORY: Final = frozenset(
    b"dn manager member uniquemember owner secretary seealso memberof newrdn newsuperior".split()
)
"""Attributes whose values are names of entries (RFC 4514)."""
_ADDRESSES: Final = frozenset(b"attendee organizer impp url source fburl caluri caladruri x-google-hangout".split())
"""Properties whose values are URIs."""
_CONTENTS: Final = frozenset(b"photo logo sound attach jpegphoto usercertificate thumbnailphoto".split())
_SKELETON: Final = frozenset(
    b"begin end version kind profile prodid rev objectclass changetype dtstart dtend dtstamp due completed created"
    b" last-modified sequence status class transp rrule rdate exdate duration trigger action method calscale tzid"
    b" tzoffsetfrom tzoffsetto tzname priority percent-complete".split()
)
"""Properties that name nobody."""
_WORDED: Final = frozenset(
    b"type value pref encoding charset language altid pid calscale partstat role rsvp cutype fmttype reltype range"
    b" fbtype related".split()
)
"""Parameters whose values are words of the format."""
_PERSONS: Final = frozenset((b"cn", b"x-num-guests", b"email", b"sent-by", b"delegated-to", b"delegated-from", b"dir"))


class Reading:
    """One file, block by block."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells

    def read(self, block: bytes) -> bytes:
        """A block of whole lines."""
        return b"".join([self._line(line[0]) for line in _LOGICAL.finditer(block)])

    def _line(self, folded: bytes) -> bytes:
        text = folded.rstrip(b"\r\n")
        line = _FOLD.sub(b"", text)
        new = self._property(line)
        return folded if new == line else new + folded[len(text) :]

    def _property(self, line: bytes) -> bytes:
        found = _PROPERTY.match(line)
        if found is None:
            return self._cells.denied(line) if line.strip() else line
        name = found["name"].lower().partition(b".")[0]
        head = line[: found.start("parameters")] + _PARAMETER.sub(self._parameter, found["parameters"]) + found["mark"]
        value = line[found.end() :]
        if found["mark"].startswith(b"::") or b"encoding=b" in found["parameters"].lower():
            return head + self._packed(name, value)
        if b"quoted-printable" in found["parameters"].lower():
            plain = binascii.a2b_qp(value)
            new = self._value(name, plain)
            return head + (value if new == plain else binascii.b2a_qp(new).replace(b"=\n", b""))
        return head + self._value(name, value)

    def _parameter(self, parameter: re.Match[bytes]) -> bytes:
        name, value = parameter["name"], parameter["value"]
        told = name[1:-1].lower() or b"type"
        bare = value.strip(b'"')
        if not bare:
            return parameter[0]
        if told in _WORDED:
            words = bare.split(b",")
            new = b",".join([word if vcard.is_word(told, word) else self._cells.denied(word) for word in words])
        elif told == b"cn":
            new = self._cells.read(b"fullname", bare)
        else:
            new = self._cells.to.text(bare) if told in _PERSONS else self._cells.denied(bare)
        return name + value.replace(bare, new)

    def _packed(self, name: bytes, value: bytes) -> bytes:
        """A value in base64."""
        try:
            plain = binascii.a2b_base64(value)
        except binascii.Error:
            plain = b"\0"
        if name in _CONTENTS or b"\0" in plain:
            return b""
        new = self._value(name, plain)
        return value if new == plain else binascii.b2a_base64(new, newline=False)

    def _value(self, name: bytes, value: bytes) -> bytes:
        if not value.strip() or name in _SKELETON:
            return self._cells.to.text(value)
        if name in _CONTENTS:
            return b""
        if name in _DIRECTORY and b"=" in value:
            return self._entry(value)
        if name in _ADDRESSES:
            return self._cells.to.text(value)
        told = _ALIASES.get(name, name)
        if told in (b"note", b"password"):
            return self._cells.read(told, value)
        return _COMPONENT.sub(lambda part: self._cells.read(told, part[0]), value)

    def _entry(self, value: bytes) -> bytes:
        """The name of an entry: a domain by all its labels, everything else by its attribute."""
        new, position = b"", 0
        for domain in _DOMAIN.finditer(value):
            new += _RELATIVE.sub(self._relative, value[position : domain.start()]) + self._domain(domain[0])
            position = domain.end()
        return new + _RELATIVE.sub(self._relative, value[position:])

    def _relative(self, part: re.Match[bytes]) -> bytes:
        told = part["name"].lower()
        return part["name"] + part["mark"] + self._cells.read(_ALIASES.get(told, told), part["value"])

    def _domain(self, value: bytes) -> bytes:
        labels = _LABEL.findall(value)
        new = iter(self._cells.to.value(Entity.HOST, b".".join(labels), RULE).split(b"."))
        return _LABEL.sub(lambda label: next(new, label[0]), value)


def read(chunks: Iterator[bytes], cells: Cells) -> Iterator[tuple[bytes, bytes]]:
    """Pairs of a block of lines and what becomes of it."""
    reading = Reading(cells)
    for block in records(chunks, PLAIN):
        yield block, reading.read(block)
