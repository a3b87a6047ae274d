from __future__ import annotations

import quopri
from base64 import b64decode, encodebytes
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.documents import mail
from scrubber.model import Entity
from tests.documents.read import cells, learned, scrubbed, taught
from tests.passes import DOUBLING, doubling

HEAD = b"From: Alice Archer <alice@example.com>\r\nSubject: calls\r\nMIME-Version: 1.0\r\n"
MULTIPART = b'Content-Type: multipart/mixed; boundary="=_1"\r\n\r\n'


def part(encoding: bytes, body: bytes, kind: bytes = b"text/plain; charset=utf-8") -> bytes:
    return b"Content-Type: %b\r\nContent-Transfer-Encoding: %b\r\n\r\n%b" % (kind, encoding, body)


def printable(text: str, charset: str = "utf-8") -> bytes:
    return quopri.encodestring(text.encode(charset)).replace(b"\n", b"\r\n")


SECRETS = "password: Xk29fj-ward\nThe trunk of 00442079460321, reached at 198.51.100.23 or " + "and so on " * 9 + "\n"


@pytest.mark.parametrize("encoding", [b"quoted-printable", b"base64"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "x-unknown"])
def test_a_part_is_read_in_its_plain_form(encoding: bytes, charset: str) -> None:
    text = (SECRETS + "Mit freundlichen Grüßen\n").encode("utf-8" if charset[0] == "x" else charset)
    packed = encodebytes(text) if encoding == b"base64" else quopri.encodestring(text)
    data = HEAD + part(encoding, packed.replace(b"\n", b"\r\n"), b"text/plain; charset=" + charset.encode())
    after = scrubbed(data, "mail")
    head, _, new = after.partition(b"\r\n\r\n")
    plain = b64decode(new) if encoding == b"base64" else quopri.decodestring(new)
    shown = plain.decode("utf-8" if charset[0] == "x" else charset)
    for original in ("Xk29fj", "2079460321", "198.51.100.23"):
        assert original not in shown
    assert "Grüßen" in shown
    assert shown.count("and so on ") == 9
    assert head.endswith(encoding)
    assert b"alice" not in head
    assert all(len(line) <= 76 for line in new.split(b"\r\n"))


def test_a_value_of_an_encoded_part_is_learned() -> None:
    caller = printable('From: "Žofie Quarles" <sip:zofie@example.com>\n')
    known = learned(HEAD + part(b"quoted-printable", caller), "mail")
    assert "Žofie Quarles".encode() in known.values[Entity.NAME]


def test_parts_follow_each_other() -> None:
    hidden = encodebytes(b"[1001]\nsecret=Xk29fj-ward\n")
    data = (
        HEAD
        + MULTIPART
        + b"--=_1\r\n"
        + part(b"quoted-printable", printable("secret=3DXk29fj-ward\nbye\n"))
        + b"--=_1\r\n"
        + part(b"base64", hidden, b"application/octet-stream")
        + b"--=_1\r\n"
        + part(b"8bit", b"password: Xk29fj-ward\r\n")
        + b"--=_1--\r\n"
    )
    after = scrubbed(data, "mail")
    assert b"Xk29fj" not in quopri.decodestring(after)
    parts = list(message_from_bytes(after, policy=policy.default).iter_parts())
    assert [piece.get_content_type() for piece in parts] == ["text/plain", "application/octet-stream", "text/plain"]
    assert parts[0].get_content().endswith("bye")
    assert parts[1].get_content().endswith(b"]\nsecret=REDACTED\n")


def test_what_is_no_text_goes() -> None:
    data = HEAD + part(b"base64", encodebytes(bytes(range(256)) * 9), b"audio/wav")
    after = scrubbed(data, "mail")
    assert b64decode(after.partition(b"\r\n\r\n")[2]) == mail.NOTE


def test_a_part_that_is_too_long_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "LONGEST", 4000)
    hidden = encodebytes(b"secret=Xk29fj-ward and more words of no meaning\n" * 4000)
    data = HEAD + part(b"base64", hidden) + b"--=_1\r\npassword: Zk29fj\r\n"
    after = scrubbed(data, "mail", size=1000)
    assert b64decode(after.partition(b"\r\n\r\n")[2].partition(b"\n--")[0]) == mail.NOTE
    assert b"fj" not in after.partition(b"\n--")[2]


@pytest.mark.parametrize(
    "body",
    [b"nothing to see =E2=82=AC here=\r\n, or there\r\n", b"bm90aGluZyB0byBzZWU=\r\n", b"", b"\r\n\r\n", b"=\r\n=\r\n"],
)
@pytest.mark.parametrize("encoding", [b"quoted-printable", b"base64"])
def test_what_holds_nothing_stays(body: bytes, encoding: bytes) -> None:
    data = b"MIME-Version: 1.0\r\n" + part(encoding, body)
    if encoding == b"quoted-printable" or b" " not in body:
        assert scrubbed(data, "mail") == data


@given(
    st.lists(st.sampled_from([HEAD, MULTIPART, b"--=_1\r\n", b"\r\n", part(b"base64", b"YQ==\r\n"), b"x=\r\n", b"=41"]))
)
def test_the_first_pass_gives_every_byte_back(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    assert b"".join(old for old, _ in mail.read(iter((data,)), taught())) == data


@pytest.mark.parametrize("size", [1, 7, 64])
def test_where_chunks_are_cut_does_not_matter(size: int) -> None:
    data = HEAD + MULTIPART + b"--=_1\r\n" + part(b"quoted-printable", printable(SECRETS)) + b"--=_1--\r\n"
    assert scrubbed(data, "mail", size) == scrubbed(data, "mail")


@pytest.mark.parametrize(
    "unit", [b"=\n", b"--\n", b"\n\n", b"Content-Transfer-Encoding: base64\n\nYQ==\n--\n", b"YWFh\n"]
)
def test_time_is_linear(unit: bytes) -> None:
    head = b"Content-Transfer-Encoding: quoted-printable\n\n"
    assert doubling(lambda data: list(mail.read(iter((head, data)), cells())), unit) <= DOUBLING
