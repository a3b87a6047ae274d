"""Work on many items by a Ray cluster, one task an item.

Everything that travels is sealed (:mod:`scrubber.engines.seal`): what the steps share is put into the object store
once, and a process of the cluster opens it with a secret that is on its machine already. A task whose process dies is
tried once more by Ray, in another process; then the step is asked for the result that says so.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from scrubber.engines.crew import DIED, Answer, AnyItem, Cluster, Crew, Progress, Result, Results, Shared, Step
from scrubber.engines.seal import Seal, secret
from scrubber.model import InputError

EXTRA = "the ray engine needs: pip install 'voip-scrubber[ray]'"
UNGUARDED = "the cluster is not to be joined without its token: set RAY_AUTH_MODE=token"
UNREACHED = "the cluster cannot be joined: it is not there, or this machine has another token (RAY_AUTH_TOKEN)"
GONE = "the cluster is gone; the next run goes on"
DESERTED = "no machine of the cluster is left that works; the next run goes on"
RETRIES = 1
"""How often a task is tried again whose process died."""
BEGUN = 2
"""Tasks that are handed to the cluster for each of its processors, so that none waits for the next."""
LOOK = 10.0
"""Seconds after which it is looked whether anybody is there who works."""
PATIENCE = 120.0
"""Seconds that a cluster may be without anybody: machines may be on their way."""
STORE = 1 << 28
"""Octets of the object store of a cluster of one machine."""
_MODE, _GUARDED = "RAY_AUTH_MODE", "token"
_TOKEN, _TOKEN_PATH = "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"


class Tasks:
    """A cluster that is joined."""

    def __init__(self, ray: Any, shared: Shared, place: str) -> None:  # noqa: ANN401 - an optional library
        self._ray = ray
        self._place = place
        self._seal = Seal(secret(place))
        self.share(shared)
        self._task = ray.remote(max_retries=RETRIES, num_cpus=1)(_do)
        self.size = max(1, int(ray.cluster_resources().get("CPU", 1)))

    def share(self, shared: Shared) -> None:
        """As :class:`~scrubber.engines.crew.Crew` says."""
        self._shared = shared
        self._name = secrets.token_hex(8)
        self._recipe = self._ray.put(self._seal.packed(shared.recipe()))

    def map_unordered(
        self, step: Step[AnyItem, Result], items: Iterable[AnyItem], progress: Progress, ahead: int | None = None
    ) -> Results[Result]:
        """As :class:`~scrubber.engines.crew.Crew` says, but that an item is tried again beside others."""
        waiting = enumerate(items)
        begun: dict[Any, tuple[int, AnyItem]] = {}
        first = following = 0
        more = True
        try:
            while True:
                first = min((number for number, _ in begun.values()), default=following)
                while more and len(begun) < BEGUN * self.size and (ahead is None or following - first < ahead):
                    number, item = next(waiting, (-1, None))
                    if item is None:
                        more = False
                    else:
                        begun[self._begin(step, item)] = (number, item)
                        following = number + 1
                if not begun:
                    return
                ready = self._ready(list(begun))
                number, item = begun.pop(ready)
                result = self._taken(ready, step, item)
                progress(item.size)
                yield number, result
        finally:
            for reference in begun:
                self._ray.cancel(reference, force=True)

    def _ready(self, begun: list[Any]) -> Any:  # noqa: ANN401 - references of the library
        """One that is done. Errors: :class:`InputError` when nobody works on any and nobody comes."""
        deserted: float | None = None
        while True:
            ready, _ = self._ray.wait(begun, num_returns=1, timeout=LOOK)
            if ready:
                return ready[0]
            if self._ray.cluster_resources().get("CPU", 0):
                deserted = None
            elif deserted is None:
                deserted = monotonic()
            elif monotonic() - deserted >= PATIENCE:
                raise InputError(DESERTED)

    def close(self) -> None:
        """As :class:`~scrubber.engines.crew.Crew` says; who does not wait for a result any more has it cancelled."""

    def _begin(self, step: Step[AnyItem, Result], item: AnyItem) -> Any:  # noqa: ANN401 - a reference of the library
        return self._task.remote(self._recipe, self._name, self._place, self._seal.packed((step, item)))

    def _taken(self, reference: Any, step: Step[AnyItem, Result], item: AnyItem) -> Result:  # noqa: ANN401 - as above
        errors = self._ray.exceptions
        try:
            sealed = self._ray.get(reference)
        except (errors.WorkerCrashedError, errors.NodeDiedError, errors.ObjectLostError, errors.OutOfMemoryError):
            item.discard()
            return step(self._shared, item, DIED)
        except errors.RayTaskError as error:
            raise error.cause from None
        except errors.RayError:
            raise InputError(GONE) from None
        answer = Answer.unpacked(self._seal.opened(sealed))
        if answer.error is not None:
            raise answer.error
        result: Result = answer.result
        return result


@contextmanager
def joined(cluster: Cluster, jobs: int) -> Iterator[None]:
    """A cluster, joined or started with ``jobs`` processes, for the length of a ``with`` block; within one, that one.

    Errors: :class:`InputError` without the library, when the cluster would be joined without a token, or cannot be.
    """
    if os.environ.get(_MODE, _GUARDED) != _GUARDED:
        raise InputError(UNGUARDED)
    with _environment(cluster):
        ray = _library()
        if ray.is_initialized():
            yield
            return
        _start(ray, cluster, jobs)
        try:
            yield
        finally:
            ray.shutdown()


def _start(ray: Any, cluster: Cluster, jobs: int) -> None:  # noqa: ANN401 - an optional library
    quiet = {"log_to_driver": False, "logging_level": "ERROR"}
    if cluster.address:
        try:
            ray.init(address=cluster.address, **quiet)
        except ConnectionError:
            raise InputError(UNREACHED) from None
        return
    ray.init(
        address="local",
        num_cpus=jobs,
        include_dashboard=False,
        object_store_memory=STORE,
        _node_ip_address="127.0.0.1",
        **quiet,
    )


@contextmanager
def _environment(cluster: Cluster) -> Iterator[None]:
    """What the library reads when it is imported: a token is asked for, and nobody is told of the use."""
    wanted = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0", _MODE: _GUARDED}
    if not cluster.address and _TOKEN_PATH not in os.environ:
        wanted[_TOKEN] = secrets.token_hex(32)
    missing = {name: value for name, value in wanted.items() if name not in os.environ}
    os.environ.update(missing)
    try:
        yield
    finally:
        for name in missing:
            os.environ.pop(name, None)


@contextmanager
def crew(shared: Shared, jobs: int, cluster: Cluster) -> Iterator[Crew]:
    """A cluster for one set of steps, in a ``with`` block. Errors: as :func:`joined`; :class:`KeyFileError`."""
    with joined(cluster, jobs), _secret_of(cluster) as place:
        yield Tasks(_library(), shared, place)


@contextmanager
def _secret_of(cluster: Cluster) -> Iterator[str]:
    """Where the machines find the secret; for this machine alone a file that is gone at the end."""
    if cluster.secret:
        yield cluster.secret
        return
    with TemporaryDirectory(prefix="scrubber-") as folder:
        path = Path(folder, "secret")
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_hex(32).encode())
        yield str(path)


def _library() -> Any:  # noqa: ANN401 - an optional library
    try:
        return import_module("ray")
    except ImportError:
        raise InputError(EXTRA) from None


# --- in a process of the cluster --------------------------------------------------------------------------------------

_here: dict[str, tuple[Seal, Shared]] = {}
"""What the steps of this process share, of the run that it worked for last."""


def _do(recipe: bytes, name: str, place: str, work: bytes) -> bytes:
    """The step of a sealed item."""
    if name not in _here:
        seal = Seal(secret(place))
        make: Callable[[], Shared] = seal.unpacked(recipe)
        _here.clear()
        _here[name] = (seal, make())
    seal, shared = _here[name]
    step, item = seal.unpacked(work)
    # The process of an earlier attempt may have left something when it died.
    item.discard()
    with Answer() as answer:
        answer.result = step(shared, item, "")
    return seal.closed(answer.packed())
