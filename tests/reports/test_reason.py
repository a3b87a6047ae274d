from __future__ import annotations

import errno

import pytest

from scrubber.model import InputError
from scrubber.reports.report import reason


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "/home/alice"), "no such file"),
        (PermissionError(errno.EACCES, "Permission denied", "/home/alice"), "Permission denied"),
        (OSError("what alice typed"), "OSError"),
        (InputError("truncated gzip data"), "truncated gzip data"),
    ],
)
def test_reasons_hold_no_path(error: Exception, text: str) -> None:
    assert reason(error) == text
