from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.capture import container
from scrubber.model import InputError
from tests.capture import files
from tests.capture.wire import learning, rewriting

FILES = {
    "pcap": files.pcap(),
    "pcap, nanoseconds": files.pcap(order=">", number=0xA1B23C4D),
    "pcap, modified": files.pcap(number=0xA1B2CD34),
    "pcapng": files.pcapng(),
    "pcapng, big-endian": files.pcapng(order=">"),
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_pieces_do_not_matter(data: bytes) -> None:
    whole = [block.frame for block in files.read(data)[0]]
    for size in (1, 3, 16, 100):
        assert [block.frame for block in files.read(data, size)[0]] == whole
        assert files.written(data, learning()[0], size=size) == data


@pytest.mark.parametrize("data", [b"", b"\xd4", b"REGISTER sip:example.com", b"snoop\0\0\0" + bytes(40)])
def test_what_is_no_capture_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="no capture"):
        files.read(data)


def test_blocks_come_before_the_file_ends() -> None:
    def endless() -> object:
        yield from iter([files.pcap()] * 3)
        raise AssertionError("read too far")

    blocks = container.blocks(endless(), files.read(files.pcap())[1])  # type: ignore[arg-type]  # a generator
    assert next(blocks).frame is None
    assert next(blocks).frame is not None


@given(name=st.sampled_from(list(FILES)), data=st.data())
@settings(max_examples=200)
def test_changed_octets_give_blocks_or_an_input_error(name: str, data: st.DataObject) -> None:
    """A capture with any octets changed is read to some end or refused, and what goes out is read again."""
    changed = bytearray(FILES[name])
    for place in data.draw(st.lists(st.integers(0, len(changed) - 1), max_size=6)):
        changed[place] = data.draw(st.integers(0, 255))
    with suppress(InputError):
        out = files.written(bytes(changed), rewriting(), 10**12)
        assert len(files.frames(out)) == len(files.frames(bytes(changed)))


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_another_reader_sees_the_same_frames(tmp_path: Path, data: bytes) -> None:
    def seen(stored: bytes) -> list[str]:
        (tmp_path / "x").write_bytes(stored)
        fields = ["frame.time_epoch", "frame.len", "frame.cap_len"]
        command = ["tshark", "-n", "-r", str(tmp_path / "x"), "-T", "fields", *(f"-e{field}" for field in fields)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    before = seen(data)
    moved = seen(files.written(data, rewriting(), 86400 * 10**9))
    assert len(before) == len(moved) == len(files.FRAMES)
    for old, new in zip(before, moved, strict=True):
        (time, *lengths), (later, *same) = old.split("\t"), new.split("\t")
        assert lengths == same
        assert round(float(later) - float(time)) == 86400
