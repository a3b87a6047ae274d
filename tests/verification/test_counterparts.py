from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.verification.counterparts import File, matched


def files(*names: str, kind: str = "plain", length: int = 10) -> list[File]:
    return [File(tuple(name.split("/")), kind, lambda: length) for name in names]


def names(originals: list[File], cleaned: list[File], **more: object) -> list[tuple[str, str]]:
    pairs = matched(originals, cleaned, **more)  # type: ignore[arg-type]  # as a keyword
    return [
        (
            "/".join(originals[old].path) if old is not None else "",
            "/".join(cleaned[new].path) if new is not None else "",
        )
        for old, new in pairs
    ]


def test_the_same_path() -> None:
    assert names(files("a", "b/c", "b/d"), files("b/d", "a", "b/c")) == [("a", "a"), ("b/c", "b/c"), ("b/d", "b/d")]


def test_outputs_and_notes_beside_their_inputs() -> None:
    found = names(
        files("full.log", "a.wav", "messages"), files("full.scrubbed.log", "messages.scrubbed", "a.wav.removed.txt")
    )
    assert found == [
        ("full.log", "full.scrubbed.log"),
        ("a.wav", "a.wav.removed.txt"),
        ("messages", "messages.scrubbed"),
    ]


def test_the_order_of_a_run() -> None:
    order = [("zvq.log",), ("bxa.log",)]
    found = names(files("alice.log", "bob.log"), files("bxa.log", "zvq.log"), order=order)
    assert found == [("alice.log", "zvq.log"), ("bob.log", "bxa.log")]


def test_an_order_of_another_run_is_not_used() -> None:
    found = names(files("alice.log", "bob.log"), files("xxxxx.log", "yyy.log"), order=[("yyy.log",)])
    assert found == [("alice.log", "xxxxx.log"), ("bob.log", "yyy.log")]


def test_kinds_shapes_and_lengths() -> None:
    originals = [*files("alice-1.log", "bob-22.log"), *files("call.pcap", kind="capture")]
    cleaned = [*files("a.pcap", kind="capture"), *files("zvq-34.log", "bxarq-7.log")]
    assert names(originals, cleaned) == [
        ("alice-1.log", "bxarq-7.log"),
        ("bob-22.log", "zvq-34.log"),
        ("call.pcap", "a.pcap"),
    ]
    long, short = files("alice.log", length=99), files("clara.log", length=3)
    now = [*files("aaaaa.log", length=3), *files("bbbbb.log", length=99)]
    assert names([*long, *short], now) == [("alice.log", "bbbbb.log"), ("clara.log", "aaaaa.log")]


def test_what_is_of_one_kind_goes_by_its_position() -> None:
    found = names(files("alice.log", "bob.log"), files("1.txt", "2.txt"))
    assert found == [("alice.log", "1.txt"), ("bob.log", "2.txt")]


def test_what_has_no_counterpart_is_named() -> None:
    assert names(files("a", "b"), files("a")) == [("a", "a"), ("b", "")]
    assert names(files("a"), files("a", "b")) == [("a", "a"), ("", "b")]
    assert names(files("x", kind="pcap"), files("y")) == [("x", ""), ("", "y")]
    assert names(files("x", kind=""), files("y", kind="")) == [("x", ""), ("", "y")]


def test_a_length_is_asked_for_only_where_nothing_else_decides() -> None:
    def asked() -> int:
        pytest.fail("asked")

    one = [File(("a",), "plain", asked)]
    assert matched(one, one) == [(0, 0)]


some = st.lists(
    st.builds(lambda name, kind, length: File((name,), kind, lambda: length),
              st.text("ab1.", min_size=1, max_size=4), st.sampled_from(("", "plain", "pcap")), st.integers(0, 3)),
    max_size=8,
)  # fmt: skip


@given(some, some)
def test_every_file_is_in_one_pair(originals: list[File], cleaned: list[File]) -> None:
    pairs = matched(originals, cleaned)
    assert sorted(old for old, _ in pairs if old is not None) == list(range(len(originals)))
    assert sorted(new for _, new in pairs if new is not None) == list(range(len(cleaned)))
    assert all(old is not None or new is not None for old, new in pairs)
