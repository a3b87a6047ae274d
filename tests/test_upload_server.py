"""A real server on this machine receives from ``hook run`` nothing but what is clean."""

from __future__ import annotations

import io
import os
import shutil
import sys
import tarfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner, Result

from scrubber.cli import app
from scrubber.model import Entity
from scrubber.readings.rewrite import Rewrite
from tests import leaks
from tests.test_lab import unpack

FILES = (
    "asterisk/messages",
    "asterisk/security",
    "asterisk/cdr-csv/Master.csv",
    "asterisk/etc/pjsip.conf",
    "clients/theodora.q/MicroSIP_log.txt",
    "clients/gwendolyn/baresip.log",
    "edge/kamailio.log",
    "provisioning/805ec04d19f7.cfg",
)
SEND = """
import sys, urllib.request
for name in sys.argv[2:]:
    request = urllib.request.Request(sys.argv[1], data=open(name, "rb").read(), method="PUT")
    urllib.request.build_opener(urllib.request.ProxyHandler(dict())).open(request).close()
"""


class Server(HTTPServer):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.received: list[bytes] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_PUT(self) -> None:
        self.server.received.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()

    do_POST = do_PUT  # noqa: N815 - how the server names methods

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = Thread(target=running.serve_forever, args=(0.05,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, leaks.Planted]:
    folder = tmp_path_factory.mktemp("lab")
    return folder, leaks.Planted(unpack(folder))


def bundle(folder: Path, place: Path) -> Path:
    """Files of the set as a support bundle."""
    path = place / "support.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in FILES:
            archive.add(folder / name, arcname=f"support/{name}")
    return path


def handed_over(paths: list[Path], *command: str) -> Result:
    return CliRunner().invoke(app, ["hook", "run", "--yes", *map(str, paths), "--", *command])


def planted(received: list[bytes], values: leaks.Planted, folder: Path) -> list[str]:
    """What a counter of planted values finds in everything that arrived."""
    for number, data in enumerate(received):
        (folder / f"{number}").write_bytes(data)
        if data.startswith(b"\x1f\x8b"):
            with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                archive.extractall(folder / f"{number}-unpacked", filter="data")
    return [line for line in leaks.shown(values.left(folder)) if line.startswith("HARD")]


def test_logs_and_a_bundle(server: Server, lab: tuple[Path, leaks.Planted], tmp_path: Path) -> None:
    folder, values = lab
    paths = [*(folder / name for name in FILES), bundle(folder, tmp_path)]
    result = handed_over(paths, sys.executable, "-c", SEND, server.address, "{}")
    assert result.exit_code == 0, result.stderr
    assert len(server.received) == len(FILES) + 1
    (tmp_path / "received").mkdir()
    assert planted(server.received, values, tmp_path / "received") == []


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_by_curl(
    server: Server, lab: tuple[Path, leaks.Planted], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    folder, values = lab
    result = handed_over([folder / FILES[4]], "curl", "-sS", "--data-binary", "@{}", server.address)
    assert result.exit_code == 0, result.stderr
    [data] = server.received
    assert data.count(b"\n") == (folder / FILES[4]).read_bytes().count(b"\n")
    assert planted([data], values, tmp_path) == []


@pytest.mark.parametrize("entity", [Entity.NAME, Entity.USER, Entity.HOST])
def test_with_a_rule_switched_off_nothing_arrives(
    server: Server, lab: tuple[Path, leaks.Planted], monkeypatch: pytest.MonkeyPatch, entity: Entity
) -> None:
    folder, _ = lab
    value = Rewrite.value
    monkeypatch.setattr(
        Rewrite, "value", lambda self, kind, text, rule: text if kind is entity else value(self, kind, text, rule)
    )
    result = handed_over([folder / FILES[0]], sys.executable, "-c", SEND, server.address, "{}")
    assert result.exit_code == 10
    assert server.received == []
