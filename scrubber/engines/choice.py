"""Who does the work: this process, others on this machine, or a cluster."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager

from scrubber.engines import local
from scrubber.engines.crew import AnyItem, Cluster, Crew, Progress, Result, Shared, Step, in_order


@contextmanager
def ready(jobs: int, cluster: Cluster | None) -> Iterator[None]:
    """For the length of a ``with`` block, what is asked for below is at hand.

    Errors: :class:`~scrubber.model.InputError` when a cluster cannot be had.
    """
    if cluster is None:
        yield
        return
    # Late, as its library is an extra.
    from scrubber.engines import ray

    with ray.joined(cluster, jobs):
        yield


@contextmanager
def crew(shared: Shared, jobs: int, cluster: Cluster | None) -> Iterator[Crew]:
    """A crew for the length of a ``with`` block. Errors: as :func:`ready`; ``KeyFileError`` without its secret."""
    if cluster is None:
        with local.crew(shared, jobs) as hands:
            yield hands
        return
    from scrubber.engines import ray

    with ray.crew(shared, jobs, cluster) as hands:
        yield hands


def spread(
    step: Step[AnyItem, Result],
    items: Sequence[AnyItem],
    shared: Shared,
    jobs: int,
    progress: Progress,
    cluster: Cluster | None = None,
) -> Generator[Result, None, None]:
    """The results of ``step`` in the order of ``items``. Close it when it is not read to its end."""
    with crew(shared, min(jobs, len(items)) if cluster is None else jobs, cluster) as hands:
        yield from in_order(hands.map_unordered(step, items, progress))
