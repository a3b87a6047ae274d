from __future__ import annotations

from scrubber.bundle.note import SUFFIX, note


def test_a_note_says_what_was_there() -> None:
    assert note("file", 182044, "audio files are not supported yet (PCM)") == (
        b"scrubber left out a file that stood here.\nsize: 182044 bytes\nwhy: audio files are not supported yet (PCM)\n"
    )
    assert note("hard link", None, "a link to no file before it").count(b"\n") == 2


def test_a_note_is_a_text() -> None:
    assert SUFFIX.endswith(".txt")
