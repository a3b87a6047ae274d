"""An entry for this hook in the configuration of the pre-commit framework (https://pre-commit.com).

The file is changed as text, between two marks, so that comments and layout of its owner stay.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from scrubber.model import InputError

NAME: Final = ".pre-commit-config.yaml"
BEGIN: Final = "# scrubber: begin"
END: Final = "# scrubber: end"
_BLOCK: Final = re.compile(rf"^[ \t]*{re.escape(BEGIN)}\n.*?^[ \t]*{re.escape(END)}\n", re.MULTILINE | re.DOTALL)
_REPOS: Final = re.compile(r"^repos:[ \t]*(\[[ \t]*\])?[ \t]*(?:#.*)?\n", re.MULTILINE)
_ITEM: Final = re.compile(r"([ \t]*)-[ \t]")
_LARGEST: Final = 1 << 20


def install(folder: Path) -> Path | None:
    """Add the entry; returns the file, or ``None`` when the entry was there. Errors: :class:`InputError`."""
    path = folder / NAME
    text = _read(path)
    if _BLOCK.search(text) or "scrubber hook files" in text:
        return None
    if not text.strip():
        text = "repos:\n"
    if not text.endswith("\n"):
        text += "\n"
    repos = _REPOS.search(text)
    if repos is None:
        raise InputError(f"{path}: has no list of repos; add the entry that docs/hooks.md shows by hand")
    item = _ITEM.match(text, repos.end())
    block = _block(item[1] if item else "  ")
    head = text[: repos.start()] + "repos:\n" if repos[1] else text[: repos.end()]
    _write(path, head + block + text[repos.end() :])
    return path


def uninstall(folder: Path) -> Path | None:
    """Take the entry out; returns the file, or ``None`` when there was none. Errors: :class:`InputError`."""
    path = folder / NAME
    text = _read(path)
    left = _BLOCK.sub("", text)
    if left == text:
        return None
    if left.strip() == "repos:":
        path.unlink()
    else:
        _write(path, left)
    return path


def _block(indent: str) -> str:
    lines = (
        BEGIN,
        "- repo: local",
        "  hooks:",
        "    - id: scrubber",
        "      name: raw logs and captures",
        "      entry: scrubber hook files",
        "      language: system",
        "      types: [file]",
        "      require_serial: true",
        END,
    )
    return "".join(f"{indent}{line}\n" for line in lines)


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            text = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'not readable'}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not a text in UTF-8") from None
    if len(text) > _LARGEST:
        raise InputError(f"{path}: too large")
    return text


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.scrubber")
    try:
        temporary.write_text(text, encoding="utf-8", newline="")
        temporary.replace(path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or 'cannot be written'}") from None
