from __future__ import annotations

import pytest

from scrubber.formats.linphone import FORMAT
from tests.formats.prefixes import prefix, sample, slow, swallowed


@pytest.mark.parametrize(
    "start",
    [
        b"2025-03-02 18:47:17:107 liblinphone-message-",
        b"2025-03-02 18:47:17:156 belle-sip-warning-",
        b"2025-03-02 18:47:17.156 mediastreamer-error-",
        b"2025-03-02 18:47:17:156 message: ",
    ],
)
def test_prefixes(start: bytes) -> None:
    assert prefix(FORMAT, start + b"voice.example.org has address 192.0.2.10") == start


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"2025-03-02 18:47:17:107 alice",
        b"2025-03-02 18:47:17:107 alice is calling",
        b"From: <sip:alice@pbx.example.com>",
        b"message-alice",
        b"2025-03-02 18:47 belle-sip-message-alice",
    ],
)
def test_lines_without_a_prefix(line: bytes) -> None:
    assert FORMAT.text_start(line) == 0


@pytest.mark.parametrize(
    "template",
    [
        b"2025-03-02 18:47:17:107 belle-sip-message-@ has address",
        b"2025-03-02 18:47:17:107 message: @",
        b"2025-03-02 18:47:17:107 @: x",
        b"2025-03-02 18:47:17:107 @-message-x",
        b"2025-03-02 18:47:17:107 belle-@-message-x",
        b"@ 2025-03-02 18:47:17:107 belle-sip-message-x",
    ],
)
def test_no_identity_is_taken_for_a_prefix(template: bytes) -> None:
    assert swallowed(FORMAT, template) == []


def test_a_folding_blank_is_text() -> None:
    assert prefix(FORMAT, b"2025-03-02 18:47:17:107 belle-sip-message- folded").endswith(b"-message-")


@pytest.mark.parametrize(
    ("head", "sure"),
    [(sample("linphone.log"), True), (sample("baresip.log"), False), (sample("MicroSIP_log.txt"), False), (b"", False)],
)
def test_sniffing(head: bytes, sure: bool) -> None:
    assert (FORMAT.sniff(head, "") >= 50) is sure


def test_hostile_lines_take_linear_time() -> None:
    assert (
        slow(FORMAT, (b"2025-03-02 18:47:17:107 ", b"2025-03-02 18:47:17:107 [", b"2025-03-02 18:47:17:107 a-")) == {}
    )
