"""Names of files, hosts and products in packets."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import words
from scrubber.engine import PLAIN, Engine
from scrubber.model import Entity
from scrubber.readings.rewrite import Rewrite
from scrubber.values import Values
from tests.capture.wire import learning, rewriting
from tests.passes import KEY, lexicon, rule_set

MAC = b"00005e005301"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"MSFT 5.0",
        b"udhcp 1.35.0",
        b"/tftpboot/SEP.cnf.xml",
        b"Cisco Systems, Inc. IP Phone",
        b"pxelinux.cfg/default",
    ],
)
def test_vocabulary_stays(text: bytes) -> None:
    assert words.words(text, rewriting()) == text


@pytest.mark.parametrize(
    ("text", "head", "tail"),
    [
        (MAC + b".cfg", b"", b".cfg"),
        (b"SEP" + MAC.upper() + b".cnf.xml", b"SEP", b".cnf.xml"),
        (b"spa" + MAC + b".xml", b"spa", b".xml"),
        (b"phone 00:00:5e:00:53:01", b"phone ", b""),
        (b"cfg-0000.5e00.5301", b"cfg-", b""),
    ],
)
def test_hardware_addresses_have_their_pseudonym(text: bytes, head: bytes, tail: bytes) -> None:
    to = rewriting()
    new = words.words(text, to)
    assert new.startswith(head)
    assert new.endswith(tail)
    middle = new[len(head) : len(new) - len(tail)]
    assert bytes.fromhex(middle.translate(None, b":.").decode()) == to.mac(bytes.fromhex(MAC.decode()))


def test_words_and_addresses_go() -> None:
    to = rewriting()
    new = words.words(b"alice-desk 198.51.100.7 7346.cfg acmewidgets", to)
    for planted in (b"alice", b"198.51", b"7346", b"acme"):
        assert planted not in new
    assert to.value(Entity.IPV4, b"198.51.100.7", "test") in new


@pytest.mark.parametrize("read", [words.words, words.product])
def test_a_mailbox_is_a_user_and_a_host(read: Callable[[bytes, Values], bytes]) -> None:
    to = rewriting()
    user, host = to.value(Entity.USER, b"bo", "test"), to.value(Entity.HOST, b"phone.co.uk", "test")
    new = read(b"from <sip:bo@phone.co.uk> of bo@phone.co.uk.", to)
    assert new.endswith(b":" + user + b"@" + host + b"> of " + user + b"@" + host + b".")
    assert b"phone.co" not in new


@pytest.mark.parametrize("read", [words.words, words.product])
def test_a_host_is_replaced_as_a_whole(read: Callable[[bytes, Values], bytes]) -> None:
    to = rewriting()
    host = to.value(Entity.HOST, b"gw5.phone.co.uk", "test")
    assert read(b"phone gw5.phone.co.uk, config.xml", to) == b"phone " + host + b", config.xml"


def test_a_product_whose_name_a_device_has_was_learned() -> None:
    knowing = Engine(rule_set(), KEY, lexicon((Entity.HOST, b"TL-SG116E")))
    to = Values(Rewrite(knowing.rules, knowing.surrogates, knowing.sweep), knowing.rewriter(PLAIN).rewrite)
    assert words.product(b"TL-SG116E", rewriting()) == b"TL-SG116E"
    assert b"SG116E" not in words.product(b"TL-SG116E", to)


def test_binary_text_is_blanked() -> None:
    assert words.words(b"\1\2alice", rewriting()) == bytes(7)
    assert words.host_name(b"\1\2alice", rewriting(), "test") == bytes(7)


def test_urls_keep_their_form() -> None:
    new = words.file_name(b"https://alice:hunter22@pbx.example.com/cfg/", rewriting(), "test")
    assert new.startswith(b"https://")
    assert b"hunter22" not in new
    assert b"pbx" not in new


def test_hosts_have_the_pseudonym_of_texts() -> None:
    to = rewriting()
    new = words.host_name(b"pbx.example.com,198.51.100.7 tower7", to, "test")
    hosts = [to.value(Entity.HOST, host, "test") for host in (b"pbx.example.com", b"198.51.100.7", b"tower7")]
    assert new == b"%b,%b %b" % tuple(hosts)
    assert words.host_name(b"tftp://pbx.example.com/x", to, "test").startswith(b"tftp://")


@given(st.binary(max_size=60))
def test_any_octets(text: bytes) -> None:
    to, _ = learning()
    for read in (words.words(text, to), words.file_name(text, to, "test"), words.host_name(text, to, "test")):
        assert read == text
    words.words(text, rewriting())
    words.file_name(text, rewriting(), "test")
    words.host_name(text, rewriting(), "test")


@pytest.mark.parametrize("text", [b"", b"File not found", b"Invalid credentials", b"no address available"])
def test_common_sentences_stay(text: bytes) -> None:
    assert words.sentence(text, rewriting()) == text


@pytest.mark.parametrize("text", [b"no account for marla", b"MARLA is away", b"call of 4930555017712"])
def test_sentences_name_nobody(text: bytes) -> None:
    new = words.sentence(text, rewriting()).lower()
    assert b"marla" not in new
    assert b"4930555" not in new


@pytest.mark.parametrize("text", [b"", b"Cisco IP Phone 8841", b"12.3(1r)FX", b"Linux 5.10.0-13"])
def test_products_stay(text: bytes) -> None:
    assert words.product(text, rewriting()) == text


@pytest.mark.parametrize("text", [b"Marla's Phone", b"FCH2177MARL", b"3C5AB4C7D8E9", b"4930555017712"])
def test_products_name_nobody(text: bytes) -> None:
    assert text[:5] not in words.product(text, rewriting())


def test_octets_are_no_text() -> None:
    address = bytes((213, 241, 91, 77))
    for read in (words.words, words.sentence, words.product):
        assert read(address, rewriting()) == bytes(4)


@given(st.binary(max_size=80))
def test_any_sentence_or_product(text: bytes) -> None:
    to, _ = learning()
    assert words.sentence(text, to) == text
    assert words.product(text, to) == text
    words.sentence(text, rewriting())
    words.product(text, rewriting())
