from __future__ import annotations

from collections.abc import Generator

from hypothesis import given
from hypothesis import strategies as st

from scrubber.engines.crew import in_order

ORDERS = st.integers(0, 9).flatmap(lambda size: st.permutations(range(size)))


@given(ORDERS)
def test_in_order(order: list[int]) -> None:
    def results() -> Generator[tuple[int, str], None, None]:
        yield from ((number, f"result {number}") for number in order)

    assert list(in_order(results())) == [f"result {number}" for number in range(len(order))]


def test_closing_it_closes_what_it_reads() -> None:
    closed = []

    def results() -> Generator[tuple[int, str], None, None]:
        try:
            yield 0, "a"
            yield 1, "b"
        finally:
            closed.append(True)

    ordered = in_order(results())
    assert next(ordered) == "a"
    ordered.close()
    assert closed == [True]
