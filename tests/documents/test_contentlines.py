from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.documents import contentlines
from tests.documents.read import cells, scrubbed, taught
from tests.passes import DOUBLING, doubling

NOTATION = "content-lines"


@pytest.mark.parametrize(
    "line",
    [
        b"FN:Xylbo",
        b"N:Xylbo;Anna;;;",
        b"item1.ORG:Acme;Xylbo",
        b"ADR;TYPE=HOME:;;1 Xylbo Mews;London;;X1;UK",
        b"NOTE:ask Xylbo",
        b"TEL;TYPE=CELL;X-OWNER=Xylbo:1",
        b"TEL;TYPE=Xylbo:1",
        b"TEL;TYPE=CELL,Xylbo:1",
        b"ADR;HOME;Xylbo:;;1;;;",
        b"FN;LANGUAGE=Xylbo:1",
        b"FN;CHARSET=Xylbo:1",
        b"X-ANYTHING:Xylbo",
        b"N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:X=79lbo;Anna",
        b"PHOTO;ENCODING=b:WHlsYm8=",
        b"Xylbo",
        b'ORGANIZER;CN="Anna Xylbo":mailto:anna@example.com',
        b"ATTENDEE;CN=Anna Xylbo;RSVP=TRUE:mailto:xylbo@example.com",
        b"SUMMARY:call Xylbo",
        b"LOCATION:1 Road\\, Xylbo",
        b"DESCRIPTION:see\n  Xy\n lbo",
        b"dn: uid=xylbo,ou=people,dc=example,dc=com",
        b"dn: cn=Anna Xylbo,ou=Xylbo Ltd,dc=xylbo,dc=lan",
        b"cn:: " + b64encode(b"Xylbo"),
        b"jpegPhoto:: " + b64encode(b"\0Xylbo"),
        b"userPassword: {SSHA}Xylbo1234",
        b"l: Xylbo",
        b"manager: cn=Xylbo,dc=example",
        b"custom: Xylbo",
    ],
)
def test_what_goes(line: bytes) -> None:
    after = scrubbed(b"BEGIN:VCARD\r\n" + line + b"\r\nEND:VCARD\r\n", NOTATION)
    assert b"xylbo" not in after.replace(b"\r\n ", b"").lower()
    assert b64encode(b"Xylbo")[:6] not in after
    assert after.endswith(b"\r\nEND:VCARD\r\n")


@pytest.mark.parametrize(
    "text",
    [
        b"BEGIN:VCARD\r\nVERSION:4.0\r\nREV:20250302T180312Z\r\nEND:VCARD\r\n",
        b"BEGIN:VEVENT\nDTSTART;VALUE=DATE:20250302\nRRULE:FREQ=WEEKLY;BYDAY=MO\nSTATUS:CONFIRMED\nEND:VEVENT\n",
        b"TEL;TYPE=CELL,VOICE:\nN:;;;;\n",
        b'TEL;CELL;VOICE;PREF=1:\nTEL;TYPE="work,voice":\nN;LANGUAGE=de-AT;CHARSET=UTF-8:;;;;\n',
        b"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CUTYPE=INDIVIDUAL:\n",
        b"objectClass: inetOrgPerson\n\n",
        b"",
    ],
)
def test_what_stays(text: bytes) -> None:
    assert scrubbed(text, NOTATION) == text


def test_a_person_is_one_in_every_property() -> None:
    after = scrubbed(
        b"dn: cn=Zofia Kranz,dc=doeberg,dc=lan\ncn:: %b\nsn: Kranz\nmail: z@pbx.doeberg.lan\n"
        % b64encode(b"Zofia Kranz"),
        NOTATION,
    )
    lines = dict(line.split(b": ", 1) for line in after.splitlines())
    person = b64decode(lines[b"cn:"])
    assert lines[b"dn"].startswith(b"cn=" + person + b",dc=")
    assert person.endswith(b" " + lines[b"sn"])
    domain = b".".join(part[3:] for part in lines[b"dn"].split(b",")[1:])
    assert lines[b"mail"].endswith(b"." + domain)


@given(st.binary(max_size=300))
def test_the_first_pass_gives_every_byte_back(data: bytes) -> None:
    pairs = list(contentlines.read(iter((data,)), taught()))
    assert b"".join(old for old, _ in pairs) == data


@pytest.mark.parametrize("unit", [b'X;";', b"a=b,dc=a,", b"N:x\n ", b"dn: dc=a,\n\tdc=", b"X;A=;"])
def test_time_is_linear(unit: bytes) -> None:
    assert doubling(lambda data: list(contentlines.read(iter((data,)), cells())), unit) <= DOUBLING
