from __future__ import annotations

import pytest

from scrubber.formats.mail import FORMAT

ENCODED = b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: %b\r\n\r\nx\r\n"


@pytest.mark.parametrize(
    ("head", "is_mail"),
    [
        (ENCODED % b"quoted-printable", True),
        (b"From a@b Mon\n" + ENCODED % b"base64", True),
        (b"see below\n\n" + ENCODED % b"BASE64", True),
        (ENCODED % b"8bit", False),
        (b"Subject: Content-Transfer-Encoding: base64\n", False),
        (b"INVITE sip:a@b SIP/2.0\r\nContent-Transfer-Encoding: base64\r\n\r\n", False),
        (b"", False),
    ],
)
def test_mails_are_recognised(head: bytes, is_mail: bool) -> None:
    assert (FORMAT.sniff(head, "") > 50) is is_mail
    assert FORMAT.notation == "mail"
