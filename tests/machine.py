"""A machine on which the examples of the documents run: all that they name lies below one folder."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "pipelines.md").read_text(encoding="utf-8")
RAW = b"[2025-03-01 03:00:00] NOTICE[1] chan_sip.c: Registration from 'sip:theodora@203.0.113.7' failed\n"
ORIGINAL = b"epzibah"
KEY = "0123456789abcdef" * 4


def example(language: str, *holds: str) -> str:
    """The one example in a language that holds all these."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    [text] = [text for text in found if all(each in text for each in holds)]
    return str(text)


class Machine:
    """A machine of which all that the examples name lies below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tools = root / "bin"
        self.tools.mkdir()
        self.logs = self.folder("/var/log/asterisk")
        self.cleaned = self.folder("/srv/cleaned")
        key = self.folder("/etc/scrubber") / "nightly.key"
        key.touch(mode=0o600)
        key.write_text(KEY)
        self.tool("scrubber", f'exec {shlex.quote(sys.executable)} -c "from scrubber.cli import main; main()" "$@"')

    def folder(self, path: str) -> Path:
        """What stands for a folder."""
        place = Path(self.here(path))
        place.mkdir(parents=True, exist_ok=True)
        return place

    def here(self, text: str) -> str:
        """A text with its paths below the folder."""
        return re.sub(r"(?<![\w~./])/(?=(?:etc/scrubber|var/log|srv|run|work)\b)", f"{self.root}/", text)

    def tool(self, name: str, does: str) -> None:
        """A program."""
        path = self.tools / name
        path.write_text(f"#!/bin/sh\n{does}\n")
        path.chmod(0o755)

    def run(self, command: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
        """What a shell says to a command."""
        environment = {"PATH": f"{self.tools}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), **variables}
        return subprocess.run(
            ["sh", "-c", self.here(command)], env=environment, cwd=self.root, check=False, capture_output=True
        )


def outputs(folder: Path) -> dict[str, bytes]:
    """The outputs of a batch or a clean."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.name: path.read_bytes() for path in files if "_reports" not in path.parts}


def assert_cleaned(folder: Path, *names: str) -> None:
    found = outputs(folder)
    assert set(found) == set(names)
    assert all(text and ORIGINAL not in text.lower() for text in found.values())
