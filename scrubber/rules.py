"""Rule texts in YAML to one checked, frozen :class:`~scrubber.model.RuleSet`.

The built-in texts are the folder ``rules/`` of the source tree, which ships inside the package; a user's own texts add
to them or override them by id. YAML's typing is off: every scalar is a text, so an unquoted ``0012345`` or ``on`` is
what it looks like. Duplicate keys and ids, anchors and tags are errors, and so is what ``rules/schema.json`` does not
allow. ``rules/README.md`` describes the files to their readers.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

import yaml

from scrubber import literals
from scrubber.labelname import label_key
from scrubber.model import Action, Entity, FormRule, LabelRule, Literals, RuleError, RuleSet, Span, TextRule
from scrubber.spans import GUESS

LARGEST: Final = 1 << 20  # characters of a rule text
LONGEST_REPEAT: Final = 4096  # no pattern repeats anything more often, so that its work per byte has a bound
KEEP: Final = "keep"
MEASURE: Final = "measure"
"""Targets of labels besides entities."""
LITERALS: Final = "literals.json"
"""The literals of the built-in patterns; ``tests/test_literals.py`` says how they are written."""
KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "headers": ("names", "form"),
    "sdp": ("names", "form"),
    "labels": ("names", "entity"),
    "fragments": ("contains", "entity"),
    "text": ("keywords", "pattern"),
    "stop-words": ("words", ""),
    "namesakes": ("words", ""),
    "kept-hosts": ("hosts", ""),
    "profile": ("options", ""),
}
"""By top-level key of a file: the field of a rule that lists words, and the field that says what becomes of them."""

_DEPTH = 6
_ENTITIES = frozenset(map(str, Entity))
_GROUP = re.compile(r"\(\?P<([A-Za-z0-9_]+)>")
_SLOT = re.compile(r"\{(?:\{|([a-z0-9-]{2,20})\})?")
_NUMBERED = re.compile(r"_[0-9]\Z")


class Example(NamedTuple):
    """A text and what becomes of it: ``after`` holds ``{entity}`` for each replaced value, ``{{`` for a brace."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule as its file says it."""

    origin: int
    """0 for the built-in files; the user's files count from 1."""
    file: str
    line: int
    kind: str
    id: str
    why: str
    words: tuple[str, ...]
    """The names, keywords, fragments, stop words, hosts or options."""
    target: str
    """The form, entity or pattern."""
    actions: Mapping[str, str] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    keeps: tuple[str, ...] = ()

    @property
    def makes(self) -> str:
        """What the rule makes of the values it finds: a form, an entity, or the entities of its pattern."""
        if self.kind != "text":
            return self.target
        return ", ".join(dict.fromkeys(map(entity_of, _GROUP.findall(self.target))))

    def fail(self, message: str) -> NoReturn:
        """Raise a :class:`RuleError` that names file, line and rule."""
        raise RuleError(f"{self.file}:{self.line}: rule {self.id!r}: {message}")


def load(profile: str = "support", extra: Sequence[tuple[str, str]] = ()) -> RuleSet:
    """The rule set of a profile: the built-in rules plus ``extra``, pairs of file name and text of the user's files.

    Raises :class:`RuleError`, which names file, line and rule, for anything the files do not say plainly.
    """
    known = entries(extra)
    profiles = {entry.id: entry for entry in known if entry.kind == "profile"}
    if profile not in profiles:
        raise RuleError(f"there is no profile {profile!r}; known: {', '.join(sorted(profiles))}")
    chosen = profiles[profile]
    if missing := _ENTITIES - chosen.actions.keys():
        chosen.fail(f"the profile says nothing of {', '.join(sorted(missing))}")
    words = frozenset(name for name, _ in _named(known, "stop-words"))
    namesakes = frozenset(name for name, _ in _named(known, "namesakes"))
    digest = hashlib.sha256()
    for _, text in (*_built_in_texts(), *extra):
        data = text.replace("\r\n", "\n").encode()
        digest.update(b"%d:" % len(data) + data)
    return RuleSet(
        headers={name: FormRule(rule.id, rule.target) for name, rule in _named(known, "headers")},
        sdp={name: FormRule(rule.id, rule.target) for name, rule in _named(known, "sdp")},
        labels={name: _label_rule(rule) for name, rule in _named(known, "labels")},
        fragments=tuple((name, _label_rule(rule)) for name, rule in _named(known, "fragments")),
        text=tuple(_text_rule(rule) for rule in known if rule.kind == "text"),
        stop_words=words | namesakes,
        nobody=words - namesakes,
        kept_hosts=frozenset(name for name, _ in _named(known, "kept-hosts")),
        actions={Entity(name): Action(action) for name, action in chosen.actions.items()},
        profile=profile,
        options=frozenset(chosen.words),
        digest=digest.hexdigest(),
    )


def entries(extra: Sequence[tuple[str, str]] = ()) -> tuple[Entry, ...]:
    """Every rule of the built-in files and of ``extra`` as written; one of ``extra`` takes the place of its id."""
    known = _built_in()
    for origin, (file, text) in enumerate(extra, 1):
        added = _by_id(_parsed(origin, file, text))
        for entry in added.values():
            older = known.get(entry.id, entry)
            if older.kind != entry.kind:
                entry.fail(f"the id is taken by a rule of the kind {older.kind!r}")
            if entry.kind == "text":
                check_pattern(entry)
        merged = {  # a profile says only what differs from the older one
            name: replace(entry, actions={**known[name].actions, **entry.actions}) if name in known else entry
            for name, entry in added.items()
        }
        known = {**known, **merged}
    return tuple(known.values())


def entity_of(group: str) -> str:
    """The entity a group of a pattern stands for: ``call_id`` is ``call-id``, ``user_2`` another ``user``."""
    return _NUMBERED.sub("", group).replace("_", "-")


def values(after: str, text: bytes) -> list[tuple[Span, str]] | None:
    """Where the placeholders of ``after`` lie in ``text``, with their entities; None when anything else differs."""
    pattern, found, position = b"", [], 0
    for match in _SLOT.finditer(after):
        pattern += re.escape(after[position : match.start()].encode()) + (b"(.+?)" if match[1] else rb"\{")
        found += [match[1]] if match[1] else []
        position = match.end()
    read = re.fullmatch(pattern + re.escape(after[position:].encode()), text, re.DOTALL)
    return None if read is None else [(Span(*read.span(number)), entity) for number, entity in enumerate(found, 1)]


def check_pattern(entry: Entry) -> None:
    """Raise :class:`RuleError` when the pattern of a text rule is wrong, may be slow, or is not shown by examples."""
    try:
        pattern = re.compile(entry.target.encode())
        _check_repeats(entry, importlib.import_module("re._parser").parse(entry.target.encode()))
    except (re.error, OverflowError, RecursionError) as error:
        entry.fail(f"the pattern is no regular expression: {getattr(error, 'msg', 'it is too large')}")
    unseen = set(pattern.groupindex)
    for number, (before, after) in enumerate(entry.examples, 1):
        shown = values(after, before.encode())
        if shown is None:
            entry.fail(f"example {number}: 'before' and 'after' differ outside the placeholders")
        for match in pattern.finditer(before.encode()):
            if match.start() == match.end():
                entry.fail("the pattern matches the empty text")
            for group in (name for name in pattern.groupindex if match[name]):
                unseen.discard(group)
                if (Span(*match.span(group)), entity_of(group)) not in shown:
                    entry.fail(f"example {number}: 'after' has no placeholder where the group {group!r} matches")
    if unseen:
        entry.fail(f"no example shows the group {min(unseen)!r}")
    for number, kept in enumerate(entry.keeps, 1):
        guessed = entry.id.startswith(GUESS)  # the vocabulary keeps what its pattern matches
        if not guessed and any(match[name] for match in pattern.finditer(kept.encode()) for name in pattern.groupindex):
            entry.fail(f"the pattern matches its own 'keeps' text {number}")


def folder() -> Path:
    """Where the built-in rule files are: package data, or the folder of the checkout."""
    package = Path(__file__).resolve().parent  # importlib.resources would cost a third of the time that loading takes
    return package / "_rules" if (package / "_rules").is_dir() else package.parent / "rules"


def schema() -> str:
    """The JSON Schema of a rule file, for this loader and for editors that check YAML while it is written."""
    return (folder() / "schema.json").read_text(encoding="utf-8")


# ---------------------------------------------------------------- texts to entries


@cache
def _schema() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(schema())
    return read


@cache
def _literals() -> Mapping[str, Literals]:
    """What was read off the patterns of the built-in rules; one that is not there is read when it is needed."""
    path = folder() / LITERALS
    return literals.restored(path.read_text(encoding="utf-8")) if path.is_file() else {}


@cache
def _built_in_texts() -> tuple[tuple[str, str], ...]:
    """Name and text of every built-in file in name order."""
    paths = {path.relative_to(folder()).as_posix(): path for path in folder().rglob("*.yaml")}
    if not paths:
        raise RuleError("the built-in rules are missing: the installation is incomplete")
    return tuple((name, paths[name].read_text(encoding="utf-8")) for name in sorted(paths))


@cache
def _built_in() -> Mapping[str, Entry]:
    return _by_id(entry for file, text in _built_in_texts() for entry in _parsed(0, file, text))


def _by_id(rules: Iterable[Entry]) -> dict[str, Entry]:
    known: dict[str, Entry] = {}
    for entry in rules:
        if entry.id in known:
            entry.fail(f"the id is used twice, also at {known[entry.id].file}:{known[entry.id].line}")
        known[entry.id] = entry
    return known


def _parsed(origin: int, file: str, text: str) -> Iterator[Entry]:
    tree = _tree(file, text)
    _fit(tree, _schema(), file, "", "the file")
    for kind, rules in tree.items():
        for rule in [rules] if kind == "profile" else rules:
            yield _entry(origin, file, kind, rule)


def _fit(node: Any, shape: Mapping[str, Any], file: str, place: str, what: str) -> None:  # noqa: ANN401 - texts, lists, mappings
    """Raise unless a node has the shape that the schema gives it; knows the parts of JSON Schema that ours uses."""
    shape = _schema()["$defs"][shape["$ref"].removeprefix("#/$defs/")] if "$ref" in shape else shape
    kind = "string" if isinstance(node, str) else "array" if isinstance(node, list) else "object"
    if kind not in shape["type"]:
        raise RuleError(f"{file}{place}: {what} is of the type {kind}, not {shape['type']}")
    if isinstance(node, str):
        if node not in shape.get("enum", (node,)):
            raise RuleError(f"{file}{place}: {what} cannot be {node!r}; known: {', '.join(shape['enum'])}")
        if not re.fullmatch(shape.get("pattern", "(?s:.*)"), node):
            raise RuleError(f"{file}{place}: {what} is not {shape['description']}: {node!r}")
    elif isinstance(node, list):
        for item in node:
            _fit(item, shape["items"], file, place, what)
    else:
        rule = f": rule {node['id']!r}" if "id" in node else ""
        place = place if " rule " in place else f":{node.line}{rule}"
        for key, value in node.items():
            if key not in shape["properties"]:
                raise RuleError(f"{file}{place}: unknown key {key!r}; known: {', '.join(shape['properties'])}")
            _fit(value, shape["properties"][key], file, place, repr(key))
        for key in shape.get("required", ()):
            if not node.get(key):
                raise RuleError(f"{file}{place}: {key!r} is missing")


def _entry(origin: int, file: str, kind: str, rule: _Mapping) -> Entry:
    listed, target = KINDS[kind]
    words = rule.get(listed, [])
    words = tuple(words.split() if isinstance(words, str) else words)
    shown = tuple(Example(example["before"], example["after"]) for example in rule.get("examples", []))
    goal, actions, keeps = rule.get(target, ""), rule.get("actions", {}), tuple(rule.get("keeps", []))
    entry = Entry(origin, file, rule.line, kind, rule["id"], rule["why"], words, goal, actions, shown, keeps)
    if target and not entry.examples and not (entry.target == KEEP and entry.keeps):
        entry.fail(f"a rule needs {'keeps' if entry.target == KEEP else 'examples'!r}")
    for number, example in enumerate(entry.examples, 1):
        places = [match[1] for match in _SLOT.finditer(example.after) if match[0] != "{{"]
        if not places:
            entry.fail(f"example {number} replaces nothing; what stays belongs under 'keeps'")
        if not _ENTITIES.issuperset(places):
            entry.fail(f"example {number}: a brace in 'after' is neither {{entity}} of a known entity nor {{{{")
    if kind == "text":
        _check_text(entry)
    return entry


def _check_text(entry: Entry) -> None:
    groups = _GROUP.findall(entry.target)
    if not groups:
        entry.fail("the pattern has no named group: nothing would be replaced")
    for group in groups:
        if entity_of(group) not in _ENTITIES:
            entry.fail(f"the group {group!r} is no entity; known: {', '.join(sorted(Entity))}")
    for number, example in enumerate(entry.examples, 1):
        if not set(re.findall("[a-z0-9]+", example.before.lower())).intersection(entry.words):
            entry.fail(f"example {number} holds no keyword as a whole word: the pattern would not be tried on it")


class _Mapping(dict[str, Any]):
    """A YAML mapping with the line it begins at."""

    line: int = 0


def _tree(file: str, text: str) -> _Mapping:
    """The YAML document as plain values, in one pass over the parser's events, so that lines and repeats are known."""
    if len(text) > LARGEST:
        raise RuleError(f"{file}: larger than {LARGEST} characters")
    parser = yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    events = (event for event in parser if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent))
    try:
        first = next(events, None)
        tree = None if first is None else _node(file, events, first, 0)
        if not isinstance(tree, _Mapping) or next(events, None) is not None:
            raise RuleError(f"{file}: a rule file is one mapping with some of the keys {', '.join(KINDS)}")
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", "a control character")
        raise RuleError(f"{file}:{mark.line + 1 if mark else 1}: this is no YAML: {problem}") from None
    return tree


def _node(file: str, events: Iterator[Any], event: Any, depth: int) -> Any:  # noqa: ANN401 - the parser has no types
    line = event.start_mark.line + 1
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None or event.tag is not None:
        raise RuleError(f"{file}:{line}: anchors, aliases and tags are not read")
    if isinstance(event, yaml.ScalarEvent):
        return event.value
    if depth == _DEPTH:
        raise RuleError(f"{file}:{line}: nested too deep")
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(_node(file, events, event, depth + 1))
        return items
    mapping = _Mapping()
    mapping.line = line
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _node(file, events, event, depth + 1)
        if not isinstance(key, str) or key in mapping:
            twice = f"the key {key!r} stands twice" if isinstance(key, str) else "a key is not a text"
            raise RuleError(f"{file}:{event.start_mark.line + 1}: {twice}")
        mapping[key] = _node(file, events, next(events), depth + 1)
    return mapping


# ---------------------------------------------------------------- entries to a rule set


def _named(known: Sequence[Entry], kind: str) -> Iterator[tuple[bytes, Entry]]:
    """Normal form of each name of a kind with its rule; a user's rule wins the name and stands before built-in ones."""
    squeezed = KINDS[kind][1] == "entity"
    taken: dict[bytes, Entry] = {}
    for entry in sorted((entry for entry in known if entry.kind == kind), key=lambda entry: -entry.origin):
        for name in entry.words:
            other = taken.setdefault(label_key(name.encode()) if squeezed else name.lower().encode(), entry)
            if other is not entry and other.origin == entry.origin:
                entry.fail(f"{name!r} stands in the rule {other.id!r} already")
    yield from taken.items()


def _label_rule(entry: Entry) -> LabelRule:
    entity = None if entry.target in (KEEP, MEASURE) else Entity(entry.target)
    return LabelRule(entry.id, entity, measure=entry.target == MEASURE)


def _text_rule(entry: Entry) -> TextRule:
    groups = tuple((group, Entity(entity_of(group))) for group in _GROUP.findall(entry.target))
    pattern = entry.target.encode()
    return TextRule(
        entry.id, tuple(map(str.encode, entry.words)), pattern, groups, _literals().get(literals.digest(pattern))
    )


def _check_repeats(entry: Entry, tree: Any, outer: int = 1) -> None:  # noqa: ANN401 - the parser has no types
    """Refuse what may take more than linear time: repetition without end, and variable repetition within repetition."""
    for code, argument in tree:
        inner = outer
        if str(code).endswith("REPEAT"):
            least, most = int(argument[0]), int(argument[1])
            if most > LONGEST_REPEAT:
                entry.fail(f"the pattern repeats without a bound; write {{0,{LONGEST_REPEAT}}} or less")
            if least != most and most > 1 and outer > 1:
                entry.fail("the pattern repeats what repeats: that may take very long")
            inner = max(outer, most)
        for part in argument if isinstance(argument, tuple | list) else [argument]:
            for branch in part if isinstance(part, list) else [part]:
                if hasattr(branch, "data"):
                    _check_repeats(entry, branch, inner)
