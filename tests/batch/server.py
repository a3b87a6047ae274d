"""A real server for S3 on loopback, in this process, that fails as stores do when it is told to."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from threading import Lock, Thread
from typing import Any, NamedTuple, TypeAlias

import pytest

from scrubber.batch import objects

BUCKET = "s3://scrubber-test"
Application: TypeAlias = Any  # neither moto nor werkzeug is installed everywhere


class Request(NamedTuple):
    """What came, as the first word of its method and the path below the host."""

    number: int
    """From 0, since the server was told how to fail."""
    method: str
    path: str


Fault = str
"""``503``, ``500`` or ``404``: this answer instead; ``lost``: done, but 500 is told; ``cut``: half of the answer;
``late``: done, but told when
the client has given up; empty: none."""
Plan = Callable[[Request], Fault]
_TOLD = {"503": ("503 Slow Down", "SlowDown"), "500": ("500 Internal Server Error", "InternalError")}
_TOLD["404"] = ("404 Not Found", "NoSuchKey")
LATE = 1.5


class Server:
    """moto's server behind a door that fails by a plan."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._lock = Lock()
        self._plan: Plan | None = None
        self.seen: list[Request] = []
        self.faults: list[Fault] = []

    @contextmanager
    def failing(self, plan: Plan) -> Iterator[None]:
        """Fail by a plan for the length of a ``with`` block."""
        self.seen, self.faults, self._plan = [], [], plan
        try:
            yield
        finally:
            self._plan = None

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        fault = self._fault(environ)
        if fault in _TOLD:
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            return self._told(start, fault)
        answer = self._application(environ, start if fault != "lost" else lambda *_: None)
        if fault == "late":
            time.sleep(LATE)
        if fault == "lost":
            list(answer)
            return self._told(start, "500")
        return self._half(answer) if fault == "cut" else answer

    def _fault(self, environ: dict[str, Any]) -> Fault:
        with self._lock:
            if self._plan is None:
                return ""
            request = Request(len(self.seen), environ["REQUEST_METHOD"], environ["PATH_INFO"])
            self.seen.append(request)
            fault = self._plan(request)
            if fault:
                self.faults.append(fault)
            return fault

    @staticmethod
    def _told(start: Callable[..., Any], fault: Fault) -> list[bytes]:
        status, code = _TOLD[fault]
        start(status, [("Content-Type", "application/xml"), ("Connection", "close")])
        return [f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()]

    @staticmethod
    def _half(answer: Iterable[bytes]) -> Iterator[bytes]:
        data = b"".join(answer)
        yield data[: len(data) // 2]
        # What is left is missing at the other end, which was told how much there is.


@contextmanager
def serving(patch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server with an empty bucket, which drivers of this process and of its processes find by the environment."""
    pytest.importorskip("s3fs")
    fsspec = pytest.importorskip("fsspec")
    moto = pytest.importorskip("moto.moto_server.werkzeug_app")
    serve = pytest.importorskip("werkzeug.serving").make_server
    handler = pytest.importorskip("moto.server").MotoRequestHandler
    server = Server(moto.DomainDispatcherApplication(moto.create_backend_app))
    listening = serve("127.0.0.1", 0, server, threaded=True, request_handler=_quiet(handler))
    thread = Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        patch.delenv(name)
    where = f"http://127.0.0.1:{listening.server_port}"
    settings = {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x", "DEFAULT_REGION": "us-east-1", "ENDPOINT_URL": where}
    # The driver's own patience is not what is tested, and it takes long.
    for name, value in (settings | {"MAX_ATTEMPTS": "1", "EC2_METADATA_DISABLED": "true"}).items():
        patch.setenv(f"AWS_{name}", value)
    patch.setattr("s3fs.core.S3FileSystem.retries", 1)
    kind = fsspec.get_filesystem_class("s3")
    kind.clear_instance_cache()
    # Processes are forked from one that keeps the environment in which it was started.
    _stop_forks()
    try:
        fsspec.filesystem("s3").mkdir(BUCKET)
        yield server
        objects.forget()
        fsspec.filesystem("s3").rm(BUCKET, recursive=True)
    finally:
        for driver in list(kind._cache.values()):
            if getattr(driver, "_s3", None) is not None:
                kind.close_session(driver.loop, driver._s3)
        kind.clear_instance_cache()
        _stop_forks()
        listening.shutdown()
        thread.join()
        listening.server_close()


def _stop_forks() -> None:
    server: Any = forkserver._forkserver
    server._stop()


def _quiet(handler: type[Any]) -> type[Any]:
    return type("Quiet", (handler,), {"log": lambda *_: None})
