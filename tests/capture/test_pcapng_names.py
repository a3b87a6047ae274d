from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import pcapng_names
from scrubber.capture.pcapng_names import DROPPED
from scrubber.capture.pcapng_options import Place
from scrubber.model import Entity
from tests.capture.files import option as record
from tests.capture.wire import CLIENT, learning, rewriting

SIX = bytes.fromhex("2a0fffff000000000000000000000001")
MAC = bytes.fromhex("00005e005301")
EUI = MAC[:3] + b"\xff\xfe" + MAC[3:]
RECORDS = b"".join(
    [
        record(1, CLIENT + b"pbx.example.com\0pbx\0"),
        record(2, SIX + b"six.example.com\0"),
        record(3, MAC + b"Acme_00:53:01\0"),
        record(4, EUI + b"wendel\0"),
    ]
)


def test_learning_changes_nothing_and_learns() -> None:
    to, lexicon = learning()
    body = RECORDS + bytes(4)
    assert pcapng_names.encoded(body + b"options", Place("<", to)) == (body, len(body))
    assert b"pbx.example.com" in lexicon.values[Entity.HOST]


def test_addresses_and_names_are_replaced() -> None:
    to = rewriting()
    out, _ = pcapng_names.encoded(RECORDS + bytes(4), Place("<", to))
    first = (
        to.ipv4(CLIENT) + to.value(Entity.HOST, b"pbx.example.com", "x") + b"\0" + to.value(Entity.HOST, b"pbx", "x")
    )
    assert out.startswith(record(1, first + b"\0"))
    for original in (b"example.com", b"Acme", b"wendel", CLIENT, SIX, MAC, EUI):
        assert original not in out


def test_unknown_and_malformed_records_are_dropped() -> None:
    to = rewriting()
    for body in (record(9, b"alice.doe"), record(1, b"abc"), b"\1\0\xff\0alice.doe", b"\1"):
        before = to.reader.notes[DROPPED]
        assert pcapng_names.encoded(body, Place("<", to)) == (bytes(4), len(body))
        assert to.reader.notes[DROPPED] == before + 1


@given(body=st.binary(max_size=80), order=st.sampled_from("<>"))
def test_any_octets_give_a_list_that_stays_as_it_is(body: bytes, order: str) -> None:
    """What goes out of a pass that changes nothing is well-formed, so it goes out again unchanged."""
    place = Place(order, learning()[0])
    out, end = pcapng_names.encoded(body, place)
    assert 0 <= end <= len(body)
    assert pcapng_names.encoded(out, place) == (out, len(out))


@given(body=st.binary(max_size=60))
def test_rewriting_never_raises(body: bytes) -> None:
    """Any records come out as whole words of four octets."""
    assert len(pcapng_names.encoded(body, Place("<", rewriting()))[0]) % 4 == 0
