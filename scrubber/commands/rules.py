"""``scrubber rules``: what the rules are, what they say about a line, and whether their examples hold."""

from __future__ import annotations

import json as json_module
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from scrubber import outputs, rules, storage
from scrubber.model import Action, Entity, RuleError, RuleSet
from scrubber.options import Json, Profile, RuleFiles
from scrubber.reports import report

LINES = 1000
"""Lines of standard input that are explained; more is a log, and a log is cleaned."""
LONGEST = 1 << 16
_FAILED = 2

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="List, explain and test the rules.",
)


class Hit(NamedTuple):
    """One value that a rule finds in a line: its bytes ``[start, end)``, what it is, and the rule."""

    start: int
    end: int
    entity: str
    rule: str


@app.command("list")
def list_rules(*, rule_files: RuleFiles = None, json: Json = False) -> None:
    """List the rules: id, kind, what becomes of a value, and why."""
    with _rule_files(rule_files or ()):
        entries = rules.entries(storage.rule_texts(rule_files or ()))
    if json:
        rows = [{"id": e.id, "kind": e.kind, "makes": e.makes, "why": e.why, "file": e.file} for e in entries]
        _out(json_module.dumps(rows, indent=2) + "\n")
    else:
        _table(("id", "kind", "makes", "why"), [(entry.id, entry.kind, entry.makes, entry.why) for entry in entries])


@app.command()
def show(
    rule: Annotated[str, typer.Argument(metavar="ID", help="The id of a rule, as the list and reports name it.")],
    *,
    rule_files: RuleFiles = None,
    json: Json = False,
) -> None:
    """Show one rule in full, with its examples."""
    with _rule_files(rule_files or ()):
        entries = rules.entries(storage.rule_texts(rule_files or ()))
    entry = next((entry for entry in entries if entry.id == rule), None)
    if entry is None:
        raise typer.BadParameter(f"there is no rule {rule!r}")
    content = _content(entry)
    _out(json_module.dumps(content, indent=2, ensure_ascii=False) + "\n" if json else _readable(content))


@app.command()
def explain(
    line: Annotated[str | None, typer.Argument(metavar="LINE", help="The line; without it, standard input.")] = None,
    *,
    profile: Profile = "support",
    rule_files: RuleFiles = None,
    json: Json = False,
) -> None:
    """Say which rules find what in a log line, header field or SDP line. The values are shown: they are yours."""
    with _rule_files(rule_files or ()):
        rule_set = rules.load(profile, storage.rule_texts(rule_files or ()))
    given = sys.stdin.buffer.read(LINES * LONGEST) if line is None or line == "-" else os.fsencode(line)
    rows = [
        (str(number), f"{hit.start}-{hit.end}", hit.entity, hit.rule, _visible(text[hit.start : hit.end]))
        for number, text in enumerate((each.rstrip(b"\r")[:LONGEST] for each in given.split(b"\n")[:LINES]), 1)
        for hit in hits(text, rule_set)
    ]
    if json:
        names = ("line", "bytes", "entity", "rule", "value")
        _out(json_module.dumps([dict(zip(names, row, strict=True)) for row in rows], indent=2) + "\n")
    elif rows:
        _table(("line", "bytes", "entity", "rule", "value"), rows)
    else:
        typer.echo("no rule finds anything", err=True)


@app.command("test")
def try_examples(
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE", help="Own rule files, tested too.")] = None,
    *,
    profile: Profile = "support",
) -> None:
    """Try every example and counter-example of the built-in rules and of FILE. Exit code 2 when one does not hold."""
    from scrubber import engine
    from scrubber.pseudonyms.key import Key

    extra = storage.rule_texts(files or ())
    rule_set, entries = rules.load(profile, extra), rules.entries(extra)
    key = Key(bytes(range(32)))
    found = [
        (entry.id, f"{entry.file}:{entry.line}", verdict)
        for entry in entries
        for verdict in verdicts(entry, rule_set.actions, lambda text: engine.scrub(text, rule_set, key))
    ]
    if found:
        _table(("rule", "place", "verdict"), found)
    shown = sum(len(entry.examples) + len(entry.keeps) for entry in entries)
    typer.echo(f"{len(entries)} rules, {shown} examples, {len(found)} that do not hold", err=True)
    raise typer.Exit(_FAILED if found else 0)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a rule file."""
    _out(rules.schema())


def hits(line: bytes, rule_set: RuleSet) -> Iterator[Hit]:
    """What the rules find in a line without its line end, read as the field or SDP line that it is, or else as text."""
    from scrubber import engine
    from scrubber.grammar import header, sdp

    name, colon, _ = line.partition(b":")
    rule = rule_set.headers.get(name.strip(b" \t").lower()) if colon else None
    if rule is not None and not name.startswith((b" ", b"\t")):
        for part in header.parts(rule.form, line, len(name) + 1, len(line)):
            yield Hit(part.start, part.end, part.name, rule.id)
    elif sdp.is_sdp_line(line):
        known = rule_set.sdp.get((line[2:].partition(b":")[0] if line[:1] == b"a" else line[:1]).lower())
        for part in sdp.line(line, 0, len(line)):
            yield Hit(part.start, part.end, part.name, known.id if known else "")
    else:
        for finding in engine.explain(line, rule_set):
            yield Hit(finding.start, finding.end, finding.entity, finding.rule)


def verdicts(entry: rules.Entry, actions: Mapping[Entity, Action], scrub: Callable[[bytes], bytes]) -> Iterator[str]:
    """What does not hold of the examples of a rule, when ``scrub`` is the program; nothing when all do."""
    if entry.kind == "text":
        try:
            rules.check_pattern(entry)
        except RuleError as error:
            yield str(error).partition(f"rule {entry.id!r}: ")[2]
    for number, (before, after) in enumerate(entry.examples, 1):
        output = scrub(before.encode())
        old, new = rules.values(after, before.encode()), rules.values(after, output)
        if old is None:
            yield f"example {number}: 'before' and 'after' differ outside the placeholders"
        elif new is None:
            yield f"example {number}: became {_visible(output)}"
        else:
            for (span, entity), (other, _) in zip(old, new, strict=True):
                stays = before.encode()[span.start : span.end] == output[other.start : other.end]
                if stays is not (actions[Entity(entity)] is Action.KEEP):
                    yield f"example {number}: a value of {entity} {'stays' if stays else 'changes'}"
    for number, kept in enumerate(entry.keeps, 1):
        output = scrub(kept.encode())
        if output != kept.encode():
            yield f"keeps {number}: became {_visible(output)}"


@contextmanager
def _rule_files(paths: Iterable[Path]) -> Iterator[None]:
    """Errors about a file of ``--rules`` name the option."""
    try:
        yield
    except RuleError as error:
        named = str(error).startswith(tuple(f"{path}:" for path in paths))
        raise RuleError(f"--rules {error}" if named else str(error)) from None


def _content(entry: rules.Entry) -> dict[str, object]:
    """A rule under the names that its file uses; what it does not say is left out."""
    listed, target = rules.KINDS[entry.kind]
    content: dict[str, object] = {
        "id": entry.id,
        "kind": entry.kind,
        "file": f"{entry.file}:{entry.line}",
        "why": entry.why,
        listed: list(entry.words),
        target: entry.target,
        "actions": dict(entry.actions),
        "examples": [example._asdict() for example in entry.examples],
        "keeps": list(entry.keeps),
    }
    return {name: value for name, value in content.items() if value}


def _readable(content: Mapping[str, object]) -> str:
    lines: list[str] = []
    for name, value in content.items():
        if isinstance(value, list) and name in ("examples", "keeps"):
            lines.append(name)
            for item in value:
                pair = item.values() if isinstance(item, dict) else [item]
                lines += [f"  {mark} {text}" for mark, text in zip(("-", ">"), pair, strict=False)]
        elif isinstance(value, list):
            lines.append(f"{name}: {' '.join(value)}")
        elif isinstance(value, dict):
            lines += [name, *(f"  {key}: {item}" for key, item in value.items())]
        else:
            lines.append(f"{name}: {value}")
    return "\n".join(lines) + "\n"


def _visible(value: bytes) -> str:
    """A value on one line; control characters cannot reach the terminal."""
    return report.printable(value.decode(errors="replace"))


def _table(columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    _out(report.rendered(table))


def _out(text: str) -> None:
    outputs.to_stdout([text.encode()])
