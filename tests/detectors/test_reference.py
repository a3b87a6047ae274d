from __future__ import annotations

import pytest

from scrubber.detectors import reference
from tests.passes import DOUBLING, cleaned, doubling

HITS: list[tuple[bytes, list[bytes]]] = [
    (b"Kunde DX-4481203, C7710942;", [b"DX-4481203", b"C7710942"]),
    (b"/home/x/QWR44120988.lic", [b"QWR44120988"]),
    (b'"Attr":"Alice Doe;KDN4481203"', [b"KDN4481203"]),
    (b"SN:PX99120334", [b"PX99120334"]),
    (b"key 7AB3C-9DEF2-K4LM5-88XYZ ok", [b"7AB3C-9DEF2-K4LM5-88XYZ"]),
    (b"A1B2-C3D4-E5F6-7788", [b"A1B2-C3D4-E5F6-7788"]),
]
MISSES = [
    b"[C-00000012] channel.c",
    b"RFC3261000 ISO-8859 CVE-2026-448120 KB4481203",
    b"REV20260401 B20260401 T20261122",
    b"20261122T143000Z 4481203 A448",
    b"[CM504001]: new contact",
    b"0 [Warning] [MY-010068] [Server] is self signed",
    b"ECDHE-RSA-AES128-GCM-SHA256",
    b"2026-1122-1033-4455",
    b"ABCD-EFGH-IJKL",
    b"3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    b"xC7710942 C7710942x C7710942-1 v.C7710942",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_references_are_found(text: bytes, expected: list[bytes]) -> None:
    assert [text[item.start : item.end] for item in reference.find(text)] == expected


@pytest.mark.parametrize("text", MISSES)
def test_look_alikes_stay(text: bytes) -> None:
    assert list(reference.find(text)) == []


@pytest.mark.parametrize("word", [b"C7710942", b"DX4481203"])
def test_one_alone_is_a_token_of_a_log(word: bytes) -> None:
    assert reference.is_one(word)
    assert word not in cleaned(b"the caller of %b is back" % word)


@pytest.mark.parametrize("unit", [b"A", b"A1", b"AB-000000", b"A1B2-", b"0000000"])
def test_it_takes_linear_time(unit: bytes) -> None:
    assert doubling(lambda text: list(reference.find(text)), unit) <= DOUBLING
