from __future__ import annotations

import io

from scrubber.bundle.entry import Container, Entry, Form, Packer, Written
from scrubber.bundle.tar import Header as TarHeader
from scrubber.bundle.tar import Tar
from scrubber.bundle.zipped import Header as ZipHeader
from scrubber.bundle.zipped import Zip


def test_both_containers_offer_the_same() -> None:
    tar: Container[TarHeader] = Tar()
    zipped: Container[ZipHeader] = Zip(io.BytesIO, lambda count: None)
    packers: tuple[Packer[TarHeader], Packer[ZipHeader]] = (tar.packer(), zipped.packer())
    assert [tar.name, zipped.name] == ["tar", "zip"]
    assert all(packer.end(b"") for packer in packers)


def test_forms_are_words_for_notes() -> None:
    assert all(form.value.replace(" ", "").islower() for form in Form)


def test_an_entry_is_whole_and_readable_unless_it_says_otherwise() -> None:
    entry = Entry("a", Form.FILE, None, 0, lambda: iter(()))
    assert not any((entry.fault, entry.target, entry.owner, entry.group, entry.comment))
    assert not Written("a").note
