from __future__ import annotations

import pytest

from scrubber.readings.vocabulary import WORDS, is_choice, is_plain
from tests.passes import DOUBLING, doubling, rule_set


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


@pytest.mark.parametrize(
    "word",
    "sendrecv proxy-media NORMAL_CLEARING StasisStart ChannelStateChange BridgeEnter x25519 secp256r1 SHA-256 tls1_2"
    " ast_channel_read de-DE iso-8859-1 windows-1252 h264 G.729a 100rel 8bit x-nortel-sipvc nat.tel2 Sun AES128-GCM"
    " json-arr".split(),
)
def test_what_protocols_choose_from(word: str) -> None:
    assert is_choice(word.encode(), rule_set().stop_words)


@pytest.mark.parametrize(
    "word",
    "Qv7mort-auth Tarnbrook zwQuip9 Kw4llm0n7 kw4llm0n7 gate-7f3a91 Hollowfield-GmbH tarn8812 9f8e7d6c5b4a Zw!fel77"
    " TarnbrookMill 4155550199 AB123456".split(),
)
def test_what_nobody_chooses(word: str) -> None:
    assert not is_choice(word.encode(), rule_set().stop_words)


def test_choices_are_judged_in_linear_time() -> None:
    for unit in (b"aB", b"a-", b"A1.", b"a_1", b"1a"):
        assert doubling(lambda text: is_choice(text, ()), unit) <= DOUBLING
