"""A second reading of outputs: what a rule finds again where it found it, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scrubber import marks
from scrubber.audit import rereading
from scrubber.audit.rereading import Again, Rereading
from scrubber.capture.file import CaptureFile
from scrubber.documents.file import DocumentFile
from scrubber.engine import Engine, Learner
from scrubber.formats import detect
from scrubber.lexicon import Lexicon
from scrubber.model import Action, Entity, InputError, Place, RuleSet
from scrubber.packettext import PacketText
from scrubber.pseudonyms.surrogate import Surrogates
from scrubber.sweep import RULE as SWEPT
from scrubber.tasks import Kind
from scrubber.textfile import TextFile
from tests.passes import KEY, rule_set

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
PLAIN = TextFile(detect.by_name("plain"))
CSV = DocumentFile(detect.by_name("csv"))
TAG = b"REGISTER sip:pbx.example.com SIP/2.0\r\nFrom: <sip:bob@pbx.example.com>;tag=%b\r\n\r\n"


def engine_for(kind: Kind, data: bytes, ruleset: RuleSet | None = None) -> Engine:
    """What one file teaches."""
    ruleset = ruleset or rule_set()
    learner = Learner(ruleset)
    kind.learn(iter((data,)), learner)
    return Engine(ruleset, KEY, learner.lexicon)


def cleaned(kind: Kind, data: bytes, engine: Engine) -> bytes:
    fmt = kind.format if isinstance(kind, TextFile) else detect.by_name("plain")
    return b"".join(kind.rewrite(iter((data,)), engine.rewriter(fmt)))


def left(kind: Kind, output: bytes, engine: Engine) -> list[Place]:
    return list(Rereading(engine).left(kind, iter((output,))))


@pytest.mark.parametrize(
    ("kind", "data", "line", "value"),
    [
        (PLAIN, b"INFO begin\n" + TAG % b"4021", 3, b"4021"),
        (PLAIN, b"INFO begin\nINFO CSeq is 4021\n" + TAG % b"4021", 4, b"4021"),
        (PLAIN, b"INFO begin\nmyCallerName=zorblax\n", 2, b"zorblax"),
        (PLAIN, b"INFO begin\npin: 83\n", 2, b"83"),
        (PLAIN, b"From: <sip:4021@pbx.example.com>\n\nINFO something about 4021 here\n", 1, b"4021"),
        (CSV, b"name,extension,calls\nAlice,417,4\nBob,523,417\n", 2, b"417"),
        (CSV, b"name,extension,calls\nAlice,417,4\nBob,523,417\n", 2, b"Alice"),
    ],
)
def test_what_was_not_replaced_is_told_in_its_line(kind: Kind, data: bytes, line: int, value: bytes) -> None:
    """One value stays, and everything else is what it should be."""
    engine = engine_for(kind, data)
    output = cleaned(kind, data, engine)
    assert value not in output.split(b"\n")[line - 1]
    assert left(kind, output, engine) == []
    lines = output.split(b"\n")
    lines[line - 1] = data.split(b"\n")[line - 1]
    places = left(kind, b"\n".join(lines), engine)
    assert places
    assert {place.line for place in places} == {line}
    assert {place.rule.partition(":")[0] for place in places} == {"residue.in-place"}


def test_the_pseudonym_of_another_value_is_none() -> None:
    """Of the extensions of three digits nearly each is the pseudonym of another."""
    rows = [b"Alice,%d,5" % number for number in range(200, 900)]
    data = b"\n".join((b"name,extension,calls", *rows, b""))
    engine = engine_for(CSV, data)
    output = cleaned(CSV, data, engine)
    assert output != data
    assert len(set(output.split(b",")) & {b"%d" % number for number in range(200, 900)}) > 100
    assert left(CSV, output, engine) == []


def test_short_values_are_not_told_when_not_all_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "MOST", 4)
    data = b"".join(TAG % b"%d" % number for number in range(4021, 4041))
    engine = engine_for(PLAIN, data)
    assert [place.entity for place in left(PLAIN, data, engine) if place.entity == "tag"] == []


@pytest.mark.parametrize("name", ["Alice", "Anonymous"])
def test_what_stays_by_design_is_no_residue(name: str) -> None:
    data = b"name,extension\n%b,712\n" % name.encode()
    engine = engine_for(CSV, data)
    output = cleaned(CSV, data, engine)
    assert (name.encode() in output) is (name != "Alice")
    assert left(CSV, output, engine) == []
    rules = {place.entity for place in left(CSV, data, engine)}
    assert rules == {"extension", "name"} if name == "Alice" else {"extension"}


def test_what_is_kept_is_no_residue() -> None:
    data = b"name,extension\nAlice,712\n"
    actions = {**rule_set().actions, Entity.NAME: Action.KEEP}
    engine = engine_for(CSV, data, replace(rule_set(), actions=actions))
    assert {place.entity for place in left(CSV, data, engine)} == {"extension"}


def test_a_reading_that_another_one_supersedes_has_no_say() -> None:
    """A field of a manager event stays in the event; as a line by itself it would be read as a setting."""
    data = (
        b"Event: Newchannel\r\nCID-CallingPres: 3 (Presentation Allowed, Network Number)\r\nCallerIDNum: 4021\r\n\r\n"
    )
    engine = engine_for(PLAIN, data)
    output = cleaned(PLAIN, data, engine)
    assert b"(Presentation Allowed, Network Number)" in output
    assert left(PLAIN, output, engine) == []


def test_a_port_that_is_an_extension_elsewhere_is_no_residue() -> None:
    """A pseudonym that looks like a year makes its line be read completely, and then its ports, too."""
    surrogates = Surrogates(KEY)
    made_year = next(b"%d" % number for number in range(2100, 9999) if surrogates.extension(b"%d" % number) == b"2019")
    lexicon = Lexicon()
    for number in (b"5060", b"2019", made_year):
        lexicon.add(Entity.EXTENSION, number)
    engine = Engine(rule_set(), KEY, lexicon)
    output = (
        b'SecurityEvent="SuccessfulAuth",Service="PJSIP",AccountID="2019",LocalAddress="IPV4/UDP/198.51.100.9/5060"\n'
        b"OPTIONS sip:2019@pbx.invalid SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.9:5060;rport=5060;branch=z9hG4bK\r\n\r\n"
    )
    assert left(PLAIN, output, engine) == []
    assert [place.line for place in left(PLAIN, b"INFO begin\ncolumn 5060 column\n" + output, engine)] == [2]


@pytest.mark.parametrize(("placed", "rules"), [(b"2597", []), (b"3486", ["residue.in-place:unknown-header"])])
def test_a_known_number_in_an_identifier_is_not_told_as_another_value(placed: bytes, rules: list[str]) -> None:
    """A group of a UUID may be an extension; that its line changes with it proves nothing of what else was met."""
    met = [(Entity.EXTENSION, b"2597", SWEPT), (Entity.NAME, b"Www-Auth", "unknown-header")]
    line = b"first\nid=0kpx7vv8-%b-43ho\n"
    texts = (line % b"2597", line % b"2597", line % b"3486", line % placed)
    assert [hit.rule for hit in rereading._told(met, *texts)] == rules


def test_a_count_of_bytes_that_is_an_extension_elsewhere_is_no_residue() -> None:
    """It was repaired after the message changed its length."""
    lexicon = Lexicon()
    lexicon.add(Entity.EXTENSION, b"1104")
    engine = Engine(rule_set(), KEY, lexicon)
    line = b"17:46:51.694           pjsua_core.c  ....TX 1104 %b Request msg INVITE/cseq=7\n"
    assert left(PLAIN, line % b"bytes", engine) == []
    assert len(left(PLAIN, line % b"calls", engine)) == 1


def test_each_file_is_told_for_itself() -> None:
    """What one output left is told of the next one, too: no reading remembers having read it."""
    data = TAG % b"4021"
    engine = engine_for(PLAIN, data)
    audit = Rereading(engine)
    first, second = (list(audit.left(PLAIN, iter((data,)))) for _ in range(2))
    assert first
    assert first == second


def test_of_a_large_text_the_beginning_of_each_block_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    filling = b"INFO nothing to see\n" * (1 << 14)
    engine = engine_for(PLAIN, TAG % b"4021")
    monkeypatch.setattr(rereading, "EACH", 1 << 12)
    assert left(PLAIN, filling + TAG % b"4021" + filling, engine)
    monkeypatch.setattr(rereading, "WHOLE", 0)
    assert left(PLAIN, TAG % b"4021" + filling, engine)
    assert left(PLAIN, filling + TAG % b"4021" + filling, engine) == []


def test_of_another_file_its_beginning_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"name,extension,calls\n" + b"Alice,417,17\n" * 99
    engine = engine_for(CSV, data)
    monkeypatch.setattr(rereading, "WHOLE", 64)
    assert left(CSV, data, engine)
    assert left(CSV, cleaned(CSV, data, engine)[:120] + data[120:], engine) == []


def test_a_damaged_output_is_refused_and_a_cut_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        """A kind whose reading fails."""

        name = "broken"

        def learn(self, chunks: object, learner: object) -> None:
            raise InputError("damaged")

    engine = engine_for(PLAIN, TAG % b"4021")
    with pytest.raises(InputError, match="damaged"):
        left(Broken(), b"whatever", engine)  # type: ignore[arg-type]
    monkeypatch.setattr(rereading, "WHOLE", 4)
    assert left(Broken(), b"whatever", engine) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["asterisk-pjsip.pcap", "microsip-tcp.pcapng"])
def test_frames_that_were_not_rewritten_are_told(name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    kind = CaptureFile(name.rpartition(".")[2], rule_set())
    engine = engine_for(kind, data)
    assert left(kind, cleaned(kind, data, engine), engine) == []
    places = left(kind, data, engine)
    assert {"extension", "tag", "user"} & {place.entity for place in places}
    assert max(place.line for place in places) >= 1


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.iterdir() if path.suffix in (".txt", ".log")))
def test_samples_hold_nothing_once_they_are_cleaned(name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    known = detect.sniff(data, name)
    kind: Kind = PacketText(known) if known.notation == "packets" else TextFile(known)
    engine = engine_for(kind, data)
    assert left(kind, cleaned(kind, data, engine), engine) == []
    assert left(kind, data, engine)


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        (b"\1\2\3\4\5\6\7\x08\1\2", True),  # no text has nothing but these
        (b"Wanda called", True),
        (b"xxxxx .xxxx\r\n", False),
        (b"\1\1\1\1", False),
        (b"never met", False),
    ],
)
def test_octets_that_were_to_be_blanked(payload: bytes, told: bool) -> None:
    engine = engine_for(PLAIN, b"INFO begin\n")
    if payload != b"never met":
        engine.lexicon.originals.blanked(payload, "rtcp-damaged")
    reader = Again(Rereading(engine)._known)
    reader.blanked(payload, "rtcp-damaged")
    assert bool(reader.octets) is told
