from __future__ import annotations

import pytest

from scrubber.formats.about import ABOUT


@pytest.mark.parametrize("name", sorted(ABOUT))
def test_rows_are_short_and_plain(name: str) -> None:
    assert all(0 < len(text) < 200 and text == text.strip() and not text.endswith(".") for text in ABOUT[name])
