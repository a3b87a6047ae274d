from __future__ import annotations

import pytest

from scrubber.detectors import home
from scrubber.model import Entity

HITS: list[tuple[bytes, list[bytes]]] = [
    (b"in /home/alice/.baresip/uuid", [b"alice"]),
    (b'database "/home/alice/.local/x.db" [/home/alice] /home/alice: x', [b"alice", b"alice", b"alice"]),
    (b"/Users/alice/Library/Logs", [b"alice"]),
    (b"/export/home/alice /usr/home/bob/", [b"alice", b"bob"]),
    (rb"C:\Users\alice\AppData\Roaming", [b"alice"]),
    (rb"c:\\Users\\Alice Doe\\AppData", [b"Alice Doe"]),
    (rb'"D:\Users\bob"', [b"bob"]),
    (b"C:/Users/alice/MicroSIP_log.txt", [b"alice"]),
    (rb"C:\Documents and Settings\alice\x", [b"alice"]),
    (b"file=%2Fhome%2Falice%2Fx", [b"alice"]),
    (b"/var/spool/asterisk/voicemail/default/1001/INBOX/msg0000.txt", [b"1001"]),
    (b"'/var/spool/asterisk/voicemail/office/1002'", [b"1002"]),
    (b"/var/mail/alice and /var/spool/mail/bob", [b"alice", b"bob"]),
    ("/home/жанна/x".encode(), ["жанна".encode()]),
]

MISSES: list[bytes] = [
    b"",
    b"/home/ /home /Users/Shared/x",
    b"/home/asterisk/x /home/runner/work",
    rb"C:\Users\Public\Documents C:\Windows\System32",
    b"http://host.example/home/index.html",
    b"/usr/share/asterisk/sounds/en/home.gsm",
    b"/var/spool/asterisk/monitor/2025/03/02/x.wav",
    b"voicemail show users",
    b"sip:/home",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_users_in_paths_are_found(text: bytes, expected: list[bytes]) -> None:
    findings = list(home.find(text))
    assert [text[item.start : item.end] for item in findings] == expected
    assert {item.entity for item in findings} == {Entity.USER}


@pytest.mark.parametrize("text", MISSES)
def test_other_paths_stay(text: bytes) -> None:
    assert list(home.find(text)) == []
