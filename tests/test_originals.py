"""What an audit remembers of the inputs: numbers, digits and digests, never too many of them."""

from __future__ import annotations

import pickle
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber import marks, originals
from scrubber.model import Entity
from scrubber.originals import Originals, bits, runs

E = Entity


def met(*values: tuple[Entity, bytes]) -> Originals:
    found = Originals()
    for entity, value in values:
        found.add(entity, value)
    return found


def test_addresses_in_any_dress() -> None:
    found = met(
        (E.IPV4, b"192.0.2.10"), (E.HOST, b"192.0.2.11:5060"), (E.IPV6, b"[2001:db9::1]:5060"), (E.IPV4, b"1.2.3.999")
    )
    assert found.ipv4 == {0xC000020A, 0xC000020B}
    assert found.ipv6 == {0x20010DB9 << 96 | 1}


def test_a_release_is_no_address_unless_it_is_certainly_one() -> None:
    found = met((E.IPV4, b"17.4.5.6"))
    for quad in (b"17.4.5.6", b"17.4.5.7", b"17.4.5.999"):
        found.release(quad)
    for quad in (b"17.4.5.6", b"17.4.5.7", b"17.4.5.8", b"17.4.5.999"):
        found.quad(quad)
    assert [found.is_release(0x11040500 | last) for last in (6, 7, 8)] == [False, True, False]
    assert found.addresses() == {0x11040506, 0x11040508}


def test_an_opaque_value_leaves_open_what_may_be_a_release() -> None:
    found = met((E.URL, b"http://pbx.example/fw/2.1.0.88/x"), (E.CALL_ID, b"a1@198.51.100.7"))
    assert (found.ipv4, found.quads) == ({0xC6336407}, {0x02010058})


def test_releases_and_quads_are_united() -> None:
    one, other = Originals(), Originals()
    one.quad(b"17.4.5.7")
    other.release(b"17.4.5.7")
    one.merge(other)
    assert one.is_release(0x11040507)


def test_cards_places_and_dialled_digits() -> None:
    found = met(
        (E.CARD, b"4111 1111 1111 1111"), (E.CARD, b"12"), (E.LOCATION, b"52.52001,13.40495"), (E.LOCATION, b"Ham")
    )
    assert found.cards == {b"4111111111111111"}
    assert found.places == {b"52.52001,13.40495"}
    assert not found.dialled
    assert met((E.DTMF, b"4")).dialled


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (b"5eb8f93ccdf91a46", 64),
        (b"nmlknnfyt8ve1klz", 80),
        (b"conference", 0),
        (b"1740938592", 0),
        (b"0x5651f8e89ec0", 0),
    ],
)
def test_bits_of_a_run(run: bytes, expected: int) -> None:
    assert bits(run) == expected


def test_runs_leave_the_cookie_out() -> None:
    assert runs(b"z9hG4bK776asdhds1;tag=a") == [b"776asdhds1"]


def test_marks_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "MOST_MARKS", 300)
    monkeypatch.setattr(marks, "MOST", 10)
    found = Originals()
    for number in range(5000):
        found.add(E.NONCE, b"%016xff" % (number + (1 << 63)))
        found.add(E.IPV4, b"192.0.%d.%d" % divmod(number, 250))
    assert 50 < found.marks.count <= 300
    assert 0 < len(found.ipv4) <= 10


@given(st.randoms(use_true_random=False), st.integers(1, 400))
def test_what_is_kept_does_not_depend_on_order(chance: random.Random, count: int) -> None:
    """Met one by one, in parts, by several in any order: the same sample."""
    values = [(E.NONCE, b"%016xff" % (number * 7919 + (1 << 63))) for number in range(count)]
    values += [(E.IPV4, b"192.0.%d.%d" % divmod(number, 250)) for number in range(count)]
    values += [(E.CARD, b"4%015d" % (number * 7919)) for number in range(count)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marks, "MOST_MARKS", 64)
        patch.setattr(marks, "MOST", 16)
        whole = met(*values)
        chance.shuffle(values)
        parts = [met(*values[start : start + 37]) for start in range(0, len(values), 37)]
        chance.shuffle(parts)
        united = Originals()
        for part in parts:
            united.merge(pickle.loads(pickle.dumps(part)))
    assert (united.ipv4, united.cards, set(united.marks)) == (whole.ipv4, whole.cards, set(whole.marks))
    assert count < 100 or len(whole.ipv4) <= 16


def test_samples_are_random_octets_and_few() -> None:
    found = Originals()
    for payload in (
        b"\xd5" * 160,
        b"plain text, nothing else",
        b"short",
        b"\x031\x30\x03127\x07in-addr\x04",  # a name of the DNS, with the lengths of its labels
        bytes.fromhex("0017 0000 ff01 0001 0000 0a00 0800 0600"),  # what every greeting of TLS says
        bytes(range(128, 160)),
    ):
        found.blanked(payload, originals.VOICE)
    assert found.octets == {bytes(range(136, 152))}
    for number in range(100_000):
        found.blanked(pow(3, number, 1 << 127).to_bytes(16, "big"), originals.VOICE)
    assert originals.MOST_SAMPLES // 2 < len(found.octets) <= originals.MOST_SAMPLES


def test_merging_knows_what_both_know() -> None:
    one, other = (
        met((E.IPV4, b"192.0.2.1"), (E.DTMF, b"1")),
        met((E.IPV4, b"192.0.2.2"), (E.NONCE, b"5eb8f93ccdf91a46")),
    )
    other.merge(one)
    assert (len(other.ipv4), other.marks.count, other.dialled) == (2, 1, True)
