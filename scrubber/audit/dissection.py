"""A second opinion on a capture: tshark reads it, and what it decodes is searched for originals.

The dissectors of tshark were written by others, so no mistake is shared with this program. They show what octets alone
do not: addresses that were XOR-ed, names that were compressed, digits packed two to an octet, bodies put back together.
Also told are frames that could be read in the original and cannot be in the output.

tshark runs through pyshark, in a process of its own: with an environment, a home and a working folder that are empty,
without name resolution, with nothing to read but a private copy of the capture under a name that says nothing, for a
limited time. A capture that makes it fail is reported as one that could not be dissected; an output that makes it fail
where the original does not is broken.

Of the ways pyshark reads a dissection, the one for Elasticsearch (``-T ek``, one line of JSON a frame) is the fastest
that holds every field. Seconds for 11,580 frames of calls (3.4 MB) on two cores: packets out of XML 26.5, out of JSON
7.7, out of EK 4.0, which loses fields that come twice in a frame. As read here, with every field and no object for any
of them, 2.8, as long as tshark takes by itself. An original beside it doubles that.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from scrubber.audit.attempt import SLOW, STOPPED, Attempt, FailedError, ended
from scrubber.audit.comparison import Malformed, Pair, Stays
from scrubber.audit.decoded import RULE, Block, Blocks, Frame, decoded
from scrubber.model import Entity, Finding, Place
from scrubber.reports.evidence import not_run

MALFORMED = f"{RULE}.malformed:"
"""How the rule of a frame begins that can no longer be read; its protocol follows."""
QUICK = 2 << 20
"""Octets of a capture up to which a dissection takes no more than a few seconds."""
SECONDS = 60.0
"""For a capture of :data:`QUICK` octets or fewer; a larger one gets as much for each of as many."""
PLACES = 100
"""Places that are kept; the counts count all."""

_LONGEST = 16 << 20
"""Octets of the dissection of one frame."""
_READ = 1 << 18
"""Octets of a dissection that are read at once."""
_KNOWN_PLACES = (
    "/usr/bin/tshark",
    "/usr/local/bin/tshark",
    "/opt/homebrew/bin/tshark",
    "/Applications/Wireshark.app/Contents/MacOS/tshark",
    r"C:\Program Files\Wireshark\tshark.exe",
)
_PASSED_ON = ("SYSTEMROOT", "SYSTEMDRIVE", "LD_LIBRARY_PATH")
"""Variables without which a program may not start; none of them says anything about the user."""
_PREFERENCES = {
    "nameres.mac_name": "FALSE",
    "nameres.transport_name": "FALSE",
    "nameres.network_name": "FALSE",
    "nameres.dns_pkt_addr_resolution": "FALSE",
    "nameres.use_external_name_resolver": "FALSE",
}
_ENDING = 5.0
"""Seconds for a process to end that has said everything."""
_COUNTED = frozenset({Entity.NUMBER, Entity.EXTENSION, Entity.IPV4})

Find = Callable[[bytes], list[Finding]]
"""Searches a text for originals."""


@dataclass(frozen=True, slots=True)
class Dissected:
    """What a dissection showed."""

    frames: int = 0
    """Frames of the output that were read."""
    places: tuple[Place, ...] = ()
    """The first places of originals in the output: frame, entity, and the name of the field in the rule."""
    counts: Mapping[tuple[Entity, str], int] = field(default_factory=dict)
    """How many different originals were met, by entity and rule."""
    malformed: tuple[Malformed, ...] = ()
    """Frames that could be read in the original and cannot be in the output."""
    note: str = ""
    """Why nothing was done, or not everything; empty when the whole capture was dissected."""
    remark: str = ""
    """What else is to be said of a dissection that took place."""
    broken: str = ""
    """How the output makes a dissector fail that reads the original; it must not be released."""

    @property
    def spoiled(self) -> Iterator[Place]:
        """Frames that the output must not have: one in a protocol that is written whole became unreadable."""
        for number, protocol, spoiled in self.malformed:
            if spoiled:
                yield Place(f"{MALFORMED}{protocol}", Entity.TEXT, 0, number)


def unavailable() -> str:
    """Why no capture can be dissected here; empty when tshark and pyshark are there."""
    if _tshark() is None:
        return not_run("tshark not found")
    return "" if _capture_type() is not None else not_run("pyshark cannot be loaded")


def examine(
    cleaned: Iterable[bytes],
    original: Iterable[bytes] | None,
    find: Find,
    stays: Stays,
    limit: int | None = QUICK,
) -> Dissected:
    """Dissect a capture and search it for originals.

    ``cleaned`` and ``original`` are the octets of captures in pcap or pcapng, unpacked; without an original nothing is
    compared with it. ``find`` searches a text, ``stays`` says what may be left where it was. Of more than ``limit``
    octets only the note is given; ``None``: no limit. Never raises but what reading the octets raises.
    """
    if note := unavailable():
        return Dissected(note=note)
    with _scratch() as folder:
        sizes = [_kept(folder / "cleaned", cleaned, limit)]
        if original is not None and sizes[0] >= 0:
            sizes.append(_kept(folder / "original", original, limit))
        if min(sizes) < 0:
            return Dissected(note=not_run(f"larger than {limit} octets"))
        seconds = SECONDS * max(1, -(-max(sizes) // QUICK))
        return _examined(folder, find, stays, seconds, alone=original is None)


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="scrubber-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def _kept(path: Path, chunks: Iterable[bytes], limit: int | None) -> int:
    """Keep the octets in a private file; their number, or -1 when they are more than ``limit``."""
    size = 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if limit is not None and size > limit:
                return -1
            file.write(chunk)
    return size


# --- the search -------------------------------------------------------------------------------------------------------


class _Search:
    """Counts what is found, and keeps the first places."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self.counts: Counter[tuple[Entity, str]] = Counter()
        self.places: list[Place] = []
        self._told: set[Entity] = set()

    def block(self, block: Block) -> None:
        """Search one block."""
        for piece, found in block.placed(self._find(block.text)):
            if found.entity in _COUNTED and not piece.octets and _counts_something(piece.field):
                continue
            self.add(Place(f"{RULE}:{piece.field}", found.entity, 0, piece.frame), 1)

    def add(self, place: Place, count: int) -> None:
        """Count a place."""
        self.counts[place.entity, place.rule] += count
        if len(self.places) < PLACES or place.entity not in self._told:
            self._told.add(place.entity)
            self.places.append(place)

    def first(self) -> tuple[Place, ...]:
        """The first places, by frame; the first of each entity is among them."""
        return tuple(sorted(self.places, key=lambda place: (place.line, place.rule)))


def _examined(folder: Path, find: Find, stays: Stays, seconds: float, *, alone: bool) -> Dissected:
    search, blocks, pair = _Search(find), Blocks(), Pair(stays)
    with _dissection(folder, seconds) as frames:
        after, before = Attempt(frames("cleaned")), None if alone else Attempt(frames("original"))
        pairs = ((frame, frame) for frame in after) if before is None else zip_longest(before, after)
        for number, (was, now) in enumerate(pairs, 1):
            if not alone:
                pair.compare(number, was, now)
            if now is not None and (block := blocks.add(number, now)) is not None:
                search.block(block)
    search.block(blocks.rest())
    for place, count in pair.left():
        if place.entity not in _COUNTED or not _counts_something(place.rule.partition(":")[2]):
            search.add(place, count)
    return Dissected(after.count, search.first(), search.counts, tuple(pair.malformed), *ended(after, before))


def _counts_something(name: str) -> bool:
    """Whether a field counts, measures or classifies: asked only where digits were found that are an original."""
    return name in _number_fields()


@cache
def _number_fields() -> frozenset[str]:
    """The fields of numbers, times and object identifiers that tshark knows, as they are called in a dissection."""
    with _scratch() as folder:
        command = [str(_tshark()), "-G", "fields"]
        try:
            done = subprocess.run(  # noqa: S603 - a fixed command, no shell
                command, stdin=subprocess.DEVNULL, capture_output=True, env=_environment(folder), cwd=folder,
                timeout=SECONDS, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return frozenset()
    names = set()
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        parts = line.split("\t")
        if len(parts) > 4 and parts[0] == "F" and parts[3].startswith(_NUMBERS):
            names.add(f"{parts[4].replace('.', '_')}_{parts[2].replace('.', '_')}")
    return frozenset(names)


_NUMBERS = tuple(f"FT_{kind}" for kind in "INT UINT FLOAT DOUBLE ABSOLUTE RELATIVE FRAMENUM CHAR OID REL_OID".split())


# --- tshark through pyshark -------------------------------------------------------------------------------------------


@cache
def _tshark() -> str | None:
    found = shutil.which("tshark")
    return found or next((path for path in _KNOWN_PLACES if os.access(path, os.X_OK)), None)


def _environment(folder: Path) -> dict[str, str]:
    """No profile, no preferences, no scripts of the user: all of these are looked for below a home that is empty."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    home = str(folder)
    return passed | {
        "HOME": home,
        "APPDATA": home,
        "XDG_CONFIG_HOME": home,
        "XDG_DATA_HOME": home,
        "TMPDIR": home,
        "WIRESHARK_CONFIG_DIR": home,
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


@contextmanager
def _dissection(folder: Path, seconds: float) -> Iterator[Callable[[str], Iterator[Frame]]]:
    """Gives what reads the frames of a file of ``folder``; two may be read side by side.

    The event loop is of its own and gone at the end, and so is every process.
    """
    build = _capture_type()
    loop = asyncio.new_event_loop()
    captures: list[Any] = []

    def frames(name: str) -> Iterator[Frame]:
        captures.append(build(folder, name, loop, loop.time() + seconds))
        return chain.from_iterable(captures[-1])

    try:
        yield frames
    finally:
        loop.run_until_complete(_ended(captures))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _ended(captures: Iterable[Any]) -> None:
    """End every process, and what an interrupt left waiting."""
    for capture in captures:
        await capture.close_async()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


class _Lines:
    """Reads lines of frames, as a parser of pyshark that gives many at once: its own turns the event loop for each."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline

    async def get_packets_from_stream(
        self,
        stream: asyncio.StreamReader,
        existing_data: bytes,
        got_first_packet: bool = True,  # noqa: FBT001, FBT002 - how pyshark calls it
    ) -> tuple[list[Frame] | None, bytes]:
        """Frames, or none for a part of one. Errors: :class:`EOFError` at the end, :class:`FailedError`."""
        del got_first_packet
        try:
            async with asyncio.timeout_at(self._deadline):
                more = await stream.read(_READ)
        except TimeoutError:
            raise FailedError(SLOW) from None
        data = existing_data + more
        if not data:
            raise EOFError
        cut = data.rfind(b"\n") + 1 if more else len(data)
        if len(data) - cut > _LONGEST:
            raise FailedError("a frame with too many fields")
        lines = data[:cut].removesuffix(b"\n").split(b"\n")
        return [decoded(line) for line in lines if line and not line.startswith(b'{"index"')] or None, data[cut:]


@cache
def _capture_type() -> Any:  # noqa: ANN401 - pyshark has no types
    """The capture file of pyshark with another process and another reading of its output; ``None`` without pyshark."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pyshark.capture.file_capture import FileCapture
    except (ImportError, OSError):
        return None

    class Dissection(FileCapture):  # type: ignore[misc]  # pyshark has no types
        """Runs tshark with nothing of the user's around it.

        As it is, pyshark takes the path of tshark from a file in the working folder and gives it the whole environment.
        """

        def __init__(self, folder: Path, name: str, loop: asyncio.AbstractEventLoop, deadline: float) -> None:
            self._folder, self._deadline = folder, deadline
            super().__init__(
                folder / name, keep_packets=False, use_ek=True, override_prefs=_PREFERENCES, eventloop=loop
            )

        def _setup_tshark_output_parser(self) -> _Lines:
            return _Lines(self._deadline)

        async def _get_tshark_process(self, packet_count: int | None = None, stdin: None = None) -> Any:  # noqa: ANN401
            del stdin
            process = await asyncio.create_subprocess_exec(
                str(_tshark()), "-n", "-T", "ek", *self.get_parameters(packet_count), stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment(self._folder), cwd=self._folder,
                limit=_READ,
            )  # fmt: skip
            self._running_processes.add(process)
            return process

        async def _cleanup_subprocess(self, process: Any) -> None:  # noqa: ANN401
            self._running_processes.discard(process)
            if self._eof_reached:
                with suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), _ENDING)
            with suppress(ProcessLookupError):
                process.kill()
            await process.communicate()
            if self._eof_reached and process.returncode:
                raise FailedError(STOPPED if process.returncode > 0 else "tshark crashed")

    return Dissection
