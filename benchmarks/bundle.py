"""A support bundle of more and more bytes: CPU seconds for a megabyte, and memory, which should not grow.

    python -m benchmarks.bundle FOLDER [--sizes 64 128 256]     megabytes; 2000 takes about an hour

The bundle is a tar file of one host after another, until it has its size. A host has a tenth of the files of FOLDER (in
a folder, a nested tar.gz or a nested zip in turn), a log of which nobody has seen a line (``mixed``), a capture of
calls with their audio (``rtp``), a recording and a file of noise. *peak* is the memory of scrubber itself, *with
children* that of tshark if it is larger. Needs Linux.
"""

from __future__ import annotations

import argparse
import ctypes
import io
import os
import random
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from struct import unpack_from
from typing import IO

from benchmarks import packets
from benchmarks.generate import FOLDER, MB, cached
from benchmarks.scaling import ADOPT, KEY, PROGRAM

TENTHS = 10
LOG = 2 * MB
"""Bytes of the log of a host."""
PACKETS = 60_000
"""Frames of its capture."""
RECORDING, NOISE = 12 * MB, 2 * MB
"""Bytes of what cannot be read."""
THEN = 1_700_000_000
"""The time of all members."""

Files = list[tuple[str, bytes]]


def hosts(files: Files, log: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    """The members of one host after another."""
    frames = _frames()
    for number in count():
        name, some = f"host-{number:04}", files[number % TENTHS :: TENTHS]
        if number % 3 == 0:
            yield from ((f"{name}/{path}", data) for path, data in some)
        elif number % 3 == 1:
            yield f"{name}/files.tar.gz", _tar(some)
        else:
            yield f"{name}/files.zip", _zip(some)
        noise = random.Random(number)
        yield f"{name}/full.log", log.read(LOG)
        yield f"{name}/calls.pcap", packets.HEAD + b"".join(islice(frames, PACKETS))
        yield f"{name}/call.wav", b"RIFF\x24\x1b\xb7\x00WAVEfmt " + noise.randbytes(RECORDING)
        yield f"{name}/state.bin", noise.randbytes(NOISE)


def _frames() -> Iterator[bytes]:
    """The records of a capture, over and over."""
    while True:
        with packets.cached("rtp").open("rb") as capture:
            capture.read(len(packets.HEAD))
            while head := capture.read(16):
                yield head + capture.read(unpack_from("<I", head, 8)[0])


def _tar(files: Files) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as tar:
        for path, data in files:
            _add(tar, path, data)
    return held.getvalue()


def _zip(files: Files) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, data in files:
            packed.writestr(zipfile.ZipInfo(path), data, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _add(tar: tarfile.TarFile, path: str, data: bytes) -> None:
    info = tarfile.TarInfo(path)
    info.size, info.mtime = len(data), THEN
    tar.addfile(info, io.BytesIO(data))


def bundle(files: Files, size: int) -> Path:
    """A bundle of about that many bytes."""
    path, written = FOLDER / f"bundle-{size}.tar", 0
    with cached("mixed", max(size // 12, LOG)).open("rb") as log, tarfile.open(path, "w") as tar:
        for name, data in hosts(files, log):
            _add(tar, name, data)
            written += len(data)
            if written >= size:
                return path
    raise AssertionError("hosts do not end")


def measured(path: Path) -> str:
    """Clean a bundle; a row of the table."""
    out = FOLDER / f"out-{path.stem}"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    command = [*PROGRAM, "clean", str(path), "-o", str(out / path.name), "--quiet", "--jobs", "1"]
    began, peak = time.monotonic(), 0
    process = subprocess.Popen(command, env=os.environ | {"SCRUBBER_KEY": KEY, "PYTHONHASHSEED": "0"})
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        peak = max(peak, _peak(process.pid))
        time.sleep(0.5)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        sys.exit(f"ended with {process.returncode}")
    size, seconds = path.stat().st_size / MB, used.ru_utime + used.ru_stime
    return (
        f"  {size:>8.0f}{time.monotonic() - began:>9.0f}{seconds:>9.0f}{seconds / size:>10.2f}"
        f"{peak / MB:>9.0f}{used.ru_maxrss * 1024 / MB:>15.0f}"
    )


def _peak(pid: int) -> int:
    """The largest resident set of a process so far, in bytes; nothing once it has ended."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def main() -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[64, 128, 256], help="megabytes")
    arguments = parser.parse_args()
    ctypes.CDLL(None).prctl(ADOPT, 1, 0, 0, 0)
    paths = sorted(path for path in arguments.folder.rglob("*") if path.is_file())
    files = [(str(path.relative_to(arguments.folder)), path.read_bytes()) for path in paths]
    print(f"  {'MB':>8}{'wall s':>9}{'CPU s':>9}{'CPU s/MB':>10}{'peak MB':>9}{'with children':>15}")
    for size in arguments.sizes:
        print(measured(bundle(files, size * MB)), flush=True)


if __name__ == "__main__":
    main()
