from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scrubber import guard, rules, storage
from scrubber.model import RuleSet

SAMPLES = Path(__file__).resolve().parent.parent / "samples"


@pytest.fixture(scope="module")
def rule_set() -> RuleSet:
    return rules.load("support", [])


def stopped(path: Path, rule_set: RuleSet) -> guard.Raw | None:
    return guard.raw(storage.sources([path])[0], rule_set)


@pytest.mark.parametrize(
    "name",
    [
        "asterisk-pjsip.log",
        "asterisk-json.log",
        "kamailio.log",
        "MicroSIP_log.txt",
        "messages.1.gz",
        "baresip.log",
        "asterisk-pjsip.pcap",
        "microsip-tcp.pcapng",
        "sip-trace.txt",
    ],
)
def test_raw_by_content_whatever_the_name(tmp_path: Path, rule_set: RuleSet, name: str) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes((SAMPLES / name).read_bytes())
    found = stopped(path, rule_set)
    assert found is not None


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"Mail me at marla@brackenmoor.example or call +442079460958.\n",
        b"import os\nHOST = '198.51.100.7'\n",
        b"on: push\nauthor: marla@brackenmoor.com\nhost: 198.51.100.7\n",
        b'{\n "name": "x",\n "author": "marla@brackenmoor.com",\n "url": "https://brackenmoor.com/a"\n}\n',
        b"name,email\nMarla,marla@brackenmoor.com\nBob,bob@brackenmoor.com\n",
        b"<project><email>marla@brackenmoor.com</email></project>",
        b"INSERT INTO users VALUES (1,'marla@brackenmoor.com');\n",
        b'{"name": "package", "author": "marla@brackenmoor.example", "version": "1.0"}\n' * 9,
        b"Nov 22 10:00:00 host cron[1]: job for marla@brackenmoor.example done\n" * 20,
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\x7fELF" + bytes(range(256)),
    ],
)
def test_other_files_are_nobodys_business(tmp_path: Path, rule_set: RuleSet, text: bytes) -> None:
    path = tmp_path / "full.log"
    path.write_bytes(text)
    assert stopped(path, rule_set) is None


RAW = (SAMPLES / "asterisk-pjsip.log").read_bytes()


def packed(*members: tuple[str, bytes]) -> bytes:
    """A tar file."""
    place = io.BytesIO()
    with tarfile.open(fileobj=place, mode="w") as archive:
        for name, data in members:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return place.getvalue()


def test_a_raw_log_in_an_archive(tmp_path: Path, rule_set: RuleSet) -> None:
    path = tmp_path / "release.tar"
    for members in ((("README", b"nothing"), ("x", RAW)), (("inner.tar", packed(("x", RAW))),)):
        path.write_bytes(packed(*members))
        found = stopped(path, rule_set)
        assert found is not None
        assert found.format == "asterisk"
    path.write_bytes(packed(("setup.yaml", b"host: 198.51.100.7\n"), ("p.png", b"\x89PNG\r\n\x1a\n" + bytes(64))))
    assert stopped(path, rule_set) is None


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(RAW * 20, mtime=0)[:-300],
        RAW.decode().encode("utf-16-le"),
        RAW.decode().encode("utf-32-le"),
        (SAMPLES / "asterisk-pjsip.pcap").read_bytes()[:20],
        gzip.compress((SAMPLES / "asterisk-pjsip.pcap").read_bytes(), mtime=0)[:-40],
    ],
    ids=["cut gzip", "utf-16", "utf-32", "cut capture", "cut gzip of a capture"],
)
def test_what_is_damaged_is_not_proved_clean(tmp_path: Path, rule_set: RuleSet, data: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    assert stopped(path, rule_set) is not None


def test_only_the_first_lines_of_a_raw_log_are_read(
    tmp_path: Path, rule_set: RuleSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "full"
    path.write_bytes((SAMPLES / "asterisk-pjsip.log").read_bytes() * 400)
    source = storage.sources([path])[0].inspect()
    read = []
    chunks = storage.Source.chunks

    def counted(self: storage.Source, *arguments: Any) -> Iterator[bytes]:  # noqa: ANN401 - handed on
        for chunk in chunks(self, *arguments):
            read.append(len(chunk))
            yield chunk

    monkeypatch.setattr(storage.Source, "inspect", lambda _: source)
    monkeypatch.setattr(storage.Source, "chunks", counted)
    assert guard.raw(source, rule_set) is not None
    assert sum(read) < source.size
