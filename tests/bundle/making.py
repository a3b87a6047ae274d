"""Archives made by hand, good and hostile, and what a whole run makes of them."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from scrubber import pipeline, storage
from scrubber.destination import Destination
from scrubber.model import RuleSet
from scrubber.pipeline import Options
from scrubber.pseudonyms.key import Key
from scrubber.reports.report import RunReport, ignore

KEY = Key(bytes(range(32)))
MESSAGE = b"""\
INVITE sip:bob@pbx.example.net SIP/2.0
Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK776asdhds
From: "Marla Okafor" <sip:mokafor@pbx.example.net>;tag=1928301774
To: <sip:bob@pbx.example.net>
Call-ID: a84b4c76e66710@198.51.100.7
CSeq: 314159 INVITE
Content-Length: 0

"""
FREE = b"account mokafor is locked\n"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"what nobody should see" * 9
TIME = 1_763_743_980


def info(name: str, **fields: object) -> tarfile.TarInfo:
    """A header of a tar file; ``fields`` are its attributes."""
    header = tarfile.TarInfo(name)
    header.mtime = TIME
    for key, value in fields.items():
        setattr(header, key, value)
    return header


def tar(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT, pax: Mapping[str, str] = {}) -> bytes:
    """A tar file of headers and what they hold; a header that has a size of its own keeps it."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form, pax_headers=dict(pax)) as archive:
        for header, data in members:
            header.size = header.size or len(data)
            archive.addfile(header, io.BytesIO(data))
    return file.getvalue()


def files(members: Mapping[str, bytes]) -> bytes:
    """A tar file of plain files."""
    return tar(*((info(name), data) for name, data in members.items()))


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    """A zip file of plain files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.comment = comment
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2025, 11, 21, 16, 53, 0)), data, method)
    return file.getvalue()


def untar(data: bytes) -> dict[str, bytes]:
    """What the files of a tar file hold, by name, in order."""
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return {
            header.name: (archive.extractfile(header) or io.BytesIO()).read() for header in archive if header.isreg()
        }


def headers(data: bytes) -> list[tarfile.TarInfo]:
    """The headers of a tar file."""
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return archive.getmembers()


def unzip(data: bytes) -> dict[str, bytes]:
    """What the members of a zip file hold, by name, in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {item.filename: archive.read(item) for item in archive.infolist()}


class Runs:
    """Whole runs in a folder."""

    def __init__(self, folder: Path, rules: RuleSet) -> None:
        self.folder = folder
        self.rules = rules
        self._count = 0

    def clean(
        self,
        inputs: Mapping[str, bytes],
        *,
        options: Options | None = None,
        rules: Callable[[RuleSet], RuleSet] = lambda rules: rules,
    ) -> tuple[RunReport, list[bytes]]:
        """Scrub a folder of files; gives the report and every output."""
        self._count += 1
        base = self.folder / str(self._count)
        for name, data in inputs.items():
            path = base / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        paths = [base / "in" / name for name in inputs]
        found = storage.sources(paths)
        destination = Destination(f"{base / 'out'}/", paths, found, force=False)
        report = pipeline.clean(found, destination.target, rules(self.rules), KEY, options or Options(), ignore)
        destination.tidy()
        left = [path for path in base.rglob("*") if path.is_file() and (base / "in") not in path.parents]
        assert {path.name for path in left} == {Path(file.output).name for file in report.files if file.output}
        return report, [(base / "out" / file.output).read_bytes() for file in report.files if file.output]

    def one(self, data: bytes, name: str = "bundle.tar") -> tuple[RunReport, bytes]:
        """Scrub one archive that is not refused as a whole."""
        report, (output,) = self.clean({name: data})
        return report, output

    def refused(self, data: bytes, name: str = "bundle.tar") -> str:
        """The reason why an archive is refused as a whole; nothing is written."""
        report, outputs = self.clean({name: data})
        assert outputs == []
        assert report.exit_code == 3
        return report.files[0].reason
