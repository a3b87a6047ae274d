from __future__ import annotations

import pytest

from scrubber.formats.contentlines import FORMAT


@pytest.mark.parametrize(
    ("head", "is_one"),
    [
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\n", True),
        (b"\nbegin:vcalendar\n", True),
        (b"# export\n\ndn: uid=a,dc=b\n", True),
        (b"version: 1\n\ndn:: dWlkPWE=\n", True),
        (b"BEGIN:VEVENT\n", False),
        (b"version: 1.2\n", False),
        (b"dn: \n", False),
        (b"", False),
    ],
)
def test_contacts_calendars_and_directories_are_recognised(head: bytes, is_one: bool) -> None:
    assert (FORMAT.sniff(head, "") > 90) is is_one
    assert FORMAT.notation == "content-lines"
