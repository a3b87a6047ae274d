from __future__ import annotations

import pytest

from scrubber.readings.vocabulary import WORDS


def test_words_are_in_lower_case() -> None:
    assert all(word == word.lower() for word in WORDS)


@pytest.mark.parametrize("name", "alice bob mark may april june bill jack page park long wood king young scott".split())
def test_nobody_is_called_like_that(name: str) -> None:
    assert name.encode() not in WORDS
