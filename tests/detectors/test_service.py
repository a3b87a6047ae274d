"""Names in paths of web services: hits, misses, and any bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.detectors import service
from scrubber.model import Entity

USER, MAC = Entity.USER, Entity.MAC


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"GET /api/v2/users/alice.doe/voicemail?x=1 HTTP/1.1", [(b"alice.doe", USER)]),
        (b'"GET /people/alicedoe/avatar HTTP/1.1"', [(b"alicedoe", USER)]),
        (b"https://pbx.example.com/Accounts/alice", [(b"alice", USER)]),
        (b"/users/alice/devices/00005e005301/edit", [(b"alice", USER), (b"00005e005301", MAC)]),
        (b"/members/alice, /members/bob/", [(b"alice", USER), (b"bob", USER)]),
        ("/customers/Дoe/x".encode(), [("Дoe".encode(), USER)]),
        (b"/user/alice /USERS/Alice.Doe/x", [(b"alice", USER), (b"Alice.Doe", USER)]),
        (b"/mailboxes/alice", [(b"alice", USER)]),
        (b"/users/login?next=1", []),
        (b"/users/list.php", []),
        (b"/accounts/12", []),
        (b"/users/3f2504e0-4f89-11d3-9a0c-0305e82c3301", []),
        (b"/users/${NAME}/x", []),
        (b"/users/%username%", []),
        (b"/sys/devices/pci0000:00/net", []),
        (b"/superusers/alice", []),
        (b"users and people", []),
        (b"/users/", []),
    ],
)
def test_paths(text: bytes, expected: list[tuple[bytes, Entity]]) -> None:
    assert [(text[item.start : item.end], item.entity) for item in service.find(text)] == expected


@given(st.lists(st.sampled_from([b"/users/", b"/people/", b"alice", b"%", b"\xff", b" ", b"?", b"."])).map(b"".join))
def test_findings_lie_in_the_text_in_order(text: bytes) -> None:
    reached = 0
    for item in service.find(text):
        assert reached <= item.start < item.end <= len(text)
        reached = item.end
