from __future__ import annotations

import pytest

from scrubber.readings.vocabulary import WORDS, is_plain


def test_words_are_in_lower_case() -> None:
    assert all(word == word.lower() for word in WORDS)


@pytest.mark.parametrize("name", "alice bob mark may april june bill jack page park long wood king young scott".split())
def test_nobody_is_called_like_that(name: str) -> None:
    assert name.encode() not in WORDS


@pytest.mark.parametrize(("word", "plain"), [("callSetup", True), ("callDoe", False), ("aliceSetup", False)])
def test_words_joined_by_capitals_are_as_plain_as_they_are(word: str, plain: bool) -> None:
    assert is_plain(word.encode(), {b"call", b"setup"}) is plain


@pytest.mark.parametrize(("word", "plain"), [("MEDIA_WEBSOCKET_CONNECTION", True), ("TG_DOEWIDGETS_1", False)])
def test_a_group_of_trunks_is_no_constant(word: str, plain: bool) -> None:
    assert is_plain(word.encode(), {b"call", b"setup"}) is plain
