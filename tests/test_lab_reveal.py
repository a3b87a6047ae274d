"""What was cleaned with a case comes back with it: every number, name, address and Call-ID, spelled as it was."""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from scrubber import Scrubber, rules, storage
from scrubber.model import RuleSet
from scrubber.pipeline import Options
from scrubber.pseudonyms.key import Key
from scrubber.translation import Translator

SET = Path(__file__).resolve().parent / "lab" / "set.tar.xz"
CANARIES = "canaries.json"
FILES = (
    "asterisk/full",
    "clients/gwendolyn/baresip.log",
    "clients/renee/softphone.log",
    "console/pjsip-show.txt",
    "edge/kamailio.log",
    "provisioning/phonebook.xml",
    "text/ngrep-byline.txt",
)
TRACES = ("asterisk/full", "clients/gwendolyn/baresip.log", "clients/renee/softphone.log", "text/ngrep-byline.txt")
"""Those of them that show SIP messages."""
CLASSES = ("phones", "phone_forms", "extensions", "names", "ipv4", "ipv6", "macs", "usernames", "domains", "emails")
SIGNS = re.compile(rb"(?:From|To|Call-ID|Contact|Via|f|t|i|m|v): [^\r\n]+")
SUPPRESSED = re.compile(rb"x{3}|REDACTED|0{4}")
KEY = Key(bytes(range(32)))


class Reply(NamedTuple):
    """A file as it was, as it was sent, and as it came back."""

    original: bytes
    cleaned: bytes
    back: bytes


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab")
    with tarfile.open(SET) as archive:
        archive.extractall(folder, [archive.getmember(name) for name in (*FILES, CANARIES)], filter="data")
    return folder


@pytest.fixture(scope="module")
def replies(lab: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reply]:
    rule_set: RuleSet = rules.load("support", [])
    paths = [lab / name for name in FILES]
    run = Scrubber(key=KEY).clean(paths, tmp_path_factory.mktemp("out"))
    originals = storage.sources(paths)
    translator = Translator(rule_set, KEY, Options(), lambda _: None)
    translator.learn(originals)
    found: dict[str, Reply] = {}
    for name, source in zip(FILES, originals, strict=True):
        reply = storage.sources([run.outputs[str(source.path)]])[0].inspect()
        before, after = (b"".join(each.chunks()) for each in (source.inspect(), reply))
        found[name] = Reply(before, after, b"".join(translator.translated(reply)))
    return found


def lines(reply: Reply) -> Iterator[tuple[bytes, bytes, bytes]]:
    yield from zip(*(each.split(b"\n") for each in reply), strict=True)


@pytest.mark.parametrize("name", FILES)
def test_every_planted_value_comes_back(replies: dict[str, Reply], lab: Path, name: str) -> None:
    canaries = json.loads((lab / CANARIES).read_text(encoding="utf-8"))
    values = {value.encode() for each in CLASSES for value in canaries[each]}
    kept = [(old, back) for old, sent, back in lines(replies[name]) if not SUPPRESSED.search(sent)]
    there = {value for value in values if any(value in old for old, _ in kept)}
    assert there
    assert {value for value in there if not any(value in back for old, back in kept if value in old)} == set()


@pytest.mark.parametrize("name", TRACES)
def test_header_fields_come_back_to_the_octet(replies: dict[str, Reply], name: str) -> None:
    reply = replies[name]
    fields = [(old, back) for old, sent, back in lines(reply) if SIGNS.match(old) and not SUPPRESSED.search(sent)]
    assert [(old, back) for old, back in fields if old != back] == []
    assert len(fields) > 20
    assert reply.cleaned != reply.original
