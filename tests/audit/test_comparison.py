from __future__ import annotations

import pytest

from scrubber.audit.comparison import Malformed, Pair, Unchanged
from scrubber.audit.decoded import Fault, Frame
from scrubber.model import Entity


def frame(*values: tuple[str, str], faults: frozenset[Fault] = frozenset()) -> Frame:
    return Frame(faults, values)


def never(_: Entity, __: bytes) -> float:
    return 0.0


def found(pair: Pair) -> list[tuple[str, str, int, int]]:
    return [(place.rule, place.entity.value, place.line, count) for place, count in pair.left()]


def test_the_same_value_in_the_same_place() -> None:
    pair = Pair(never)
    pair.compare(1, frame(("sip_sip_from_user", "2001")), frame(("sip_sip_from_user", "4711")))
    pair.compare(2, frame(("sip_sip_from_user", "2001")), frame(("sip_sip_from_user", "2001")))
    pair.compare(3, frame(("sip_sip_from_user", "2001")), frame(("sip_sip_from_user", "2001")))
    assert found(pair) == [("dissection:sip_sip_from_user", "user", 2, 2)]


def test_another_place_proves_nothing_for_what_many_have() -> None:
    """The pseudonym of one extension may be another extension."""
    pair = Pair(never)
    pair.compare(1, frame(("a_user", "2001"), ("b_user", "2002")), frame(("a_user", "2002"), ("b_user", "2001")))
    pair.compare(2, frame(("ip_ip_src", "10.0.0.1")), frame(("ip_ip_src", "10.0.0.2")))
    pair.compare(3, frame(("ip_ip_src", "10.0.0.2")), frame(("ip_ip_src", "10.0.0.1")))
    assert found(pair) == []


@pytest.mark.parametrize(
    ("field", "value", "entity"),
    [
        ("ip_ip_src", "203.0.113.9", "ipv4"),
        ("ipv6_ipv6_src", "2a01:db8::9", "ipv6"),
        ("eth_eth_src", "00:00:5e:00:53:01", "mac"),
        ("e164_called_digits", "442079460958", "number"),
    ],
)
def test_what_nobody_has_twice_is_left_wherever_it_stands(field: str, value: str, entity: str) -> None:
    pair = Pair(never)
    pair.compare(1, frame((field, value)), frame((field, "")))
    pair.compare(2, None, frame(("x", "1"), (field, value)))
    assert found(pair) == [(f"dissection:{field}", entity, 2, 1)]


@pytest.mark.parametrize(
    "value", ["10.1.2.3", "192.168.7.9", "100.64.1.1", "127.0.0.1", "240.1.2.3", "255.255.255.255", "0.0.0.0"]
)
def test_addresses_that_many_have_prove_nothing_elsewhere(value: str) -> None:
    pair = Pair(never)
    pair.compare(1, frame(("ip_ip_src", value)), frame(("ip_ip_src", "10.9.9.9")))
    pair.compare(2, frame(("ip_ip_src", "10.8.8.8")), frame(("ip_ip_src", value)))
    assert found(pair) == []


def test_files_that_do_not_line_up_have_no_places() -> None:
    pair = Pair(never)
    pair.compare(1, frame(("a_user", "2001")), frame(("a_user", "2001")))
    pair.compare(2, frame(), None)
    assert found(pair) == []


def test_faults_that_are_new() -> None:
    pair = Pair(never)
    bad = frozenset({Fault("_ws_malformed", "sip")})
    pair.compare(1, frame(), frame(faults=bad))
    pair.compare(2, frame(faults=bad), frame(faults=bad))
    pair.compare(3, frame(faults=bad), frame())
    pair.compare(4, frame(faults=frozenset({Fault("_ws_short", "ip")})), frame(faults=bad))
    pair.compare(5, None, frame(faults=bad))
    pair.compare(6, frame(), frame(faults=frozenset({Fault("_ws_malformed", "openvpn")})))
    packed = ("sip_sip_Content-Encoding", "br")
    pair.compare(7, frame(packed), frame(packed, faults=bad))
    pair.compare(8, frame(packed), frame(packed, faults=frozenset({Fault("_ws_malformed", "udp")})))
    assert pair.malformed == [
        Malformed(1, "sip", spoiled=True),
        Malformed(4, "sip", spoiled=False),  # it could not be read before, either
        Malformed(6, "openvpn", spoiled=False),  # nothing of it is left by design
        Malformed(7, "sip", spoiled=False),  # its body is suppressed
        Malformed(8, "udp", spoiled=True),
    ]


# --- chance


def telling(stays: float, values: int, left: int) -> int:
    unchanged = Unchanged(lambda _, __: stays)
    for number in range(values):
        unchanged.met((Entity.EXTENSION, str(number)))
    for number in range(left):
        unchanged.left((Entity.EXTENSION, str(number)), number + 1)
    return len(unchanged.telling())


@pytest.mark.parametrize(
    ("stays", "values", "left", "told"),
    [
        (1.0, 5, 5, 0),  # by design
        (0.0, 5, 1, 1),  # by no chance
        (0.0, 5, 5, 5),
        (0.1, 1, 1, 0),  # one address of a small network
        (0.1, 3, 2, 0),
        (0.01, 10, 1, 0),  # as many as a permutation leaves
        (0.01, 10, 8, 8),  # more than any would
        (0.001, 100, 1, 0),
        (0.001, 100, 6, 6),
    ],
)
def test_what_chance_leaves_is_not_told(stays: float, values: int, left: int, told: int) -> None:
    assert telling(stays, values, left) == told


def test_entities_are_judged_by_themselves() -> None:
    unchanged = Unchanged(lambda entity, _: 0.0 if entity is Entity.SECRET else 0.5)
    for entity in (Entity.SECRET, Entity.EXTENSION):
        unchanged.met((entity, "2001"))
        unchanged.left((entity, "2001"), 7, "field")
        unchanged.left((entity, "2001"), 9, "other")
    ((named, where),) = unchanged.telling().items()
    assert named == (Entity.SECRET, "2001")
    assert where == (7, "field", 2)


def test_a_value_that_was_not_met_is_not_told() -> None:
    unchanged = Unchanged(never)
    unchanged.left((Entity.SECRET, "hunter2"), 1)
    assert unchanged.telling() == {}
