from __future__ import annotations

import errno

import pytest

from scrubber import steps
from scrubber.model import InputError


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
    assert steps.reason(error) == text
