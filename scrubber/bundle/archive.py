"""An archive as the passes go over it: each member by its own kind, names and owners rewritten, nothing else copied.

What cannot be scrubbed is replaced by a note. Damage and every limit refuse the archive as a whole; what is wrong with
one member alone refuses that one, in whichever pass it shows: what nobody could learn from is not rewritten either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import IO, Generic, NamedTuple, Protocol

from scrubber.bundle import names
from scrubber.bundle.entry import Container, Entry, Form, Info, MemberError, Spool, Written
from scrubber.bundle.limits import Budget
from scrubber.bundle.note import SUFFIX, note
from scrubber.bundle.outcome import Outcome, refused
from scrubber.content import TEXT, Content, Storing, pieces, text
from scrubber.engine import PLAIN, Learner, Rewriter, findings
from scrubber.filenames import rewritten, teach
from scrubber.model import Entity, Finding, InputError, Place, RuleSet
from scrubber.tasks import Faults, Kind, Search
from scrubber.textfile import TextFile

OWNER_RULE = "member-owner"
SYSTEM_NAMES = frozenset(
    """
    root wheel daemon bin sys adm tty disk lp mail news games man uucp proxy operator nobody nogroup users staff backup
    system administrators asterisk freeswitch kamailio opensips rtpengine turnserver tftp tftpd www-data apache httpd
    nginx mysql mariadb postgres redis syslog systemd-journal sudo admin ubuntu debian centos ec2-user pi
    """.split()
)
"""Names of users and groups that systems give, not people."""
LONGEST_COMMENT = 65_535
"""Bytes of a comment that a zip file can hold."""


class Inside(Protocol):
    """What an archive is handed to deal with its members."""

    @property
    def spool(self) -> Spool:
        """A private place for one member."""

    def opened(self, stored: Callable[[], Iterator[bytes]], name: str) -> tuple[Kind, Content]:
        """How a member is read. ``stored`` gives its bytes each time it is called. Raises ``InputError``."""

    def rewriter(self, kind: Kind, held: Callable[[], Iterator[bytes]], like: Rewriter) -> Rewriter:
        """The second pass over a member that holds what ``held`` gives, in the same run as ``like``."""


class _Member(NamedTuple):
    """A member in a private place, and how it is read."""

    file: IO[bytes]
    kind: Kind
    content: Content
    held: Callable[[], Iterator[bytes]]
    """What it holds, unpacked, text as UTF-8."""


class _Making(NamedTuple):
    """What one rewriting of an archive knows."""

    rewriter: Rewriter
    names: names.Names
    files: set[str]
    """Names, as they were, of the files and hard links that are in the output."""


class Archive(Generic[Info]):
    """An archive in a container, for one file and one process: what is written is audited by what wrote it."""

    def __init__(self, container: Container[Info], inside: Inside, budget: Budget, *, outermost: bool) -> None:
        self._container = container
        self._inside = inside
        self._budget = budget
        self._outermost = outermost
        self._writes = False
        self._written: list[tuple[Kind, Content]] = []
        """How to read each entry of the output."""
        self._refused: dict[tuple[int, ...], str] = {}
        self.members: list[Outcome] = []
        """What the last rewriting or survey did with each file."""

    @property
    def name(self) -> str:
        """The name of the container, for reports."""
        return self._container.name

    @property
    def faults(self) -> Faults:
        """The members that are refused in a pass so far, those of archives in this one too, and why."""
        return self._refused | refused(self.members)

    def refuse(self, faults: Faults) -> None:
        """Leave these members out of the passes to come. An archive in this one is told of its own."""
        self._refused.update(faults)

    # --- the passes

    def learn(self, chunks: Iterator[bytes], learner: Learner) -> None:
        """The first pass."""
        for number, entry in enumerate(self._entries(chunks)):
            for owner in filter(_is_person, (entry.owner, entry.group)):
                learner.reader.value(Entity.USER, _raw(owner), OWNER_RULE)
            learner.feed(entry.comment, PLAIN)
            teach(learner, entry.path)
            if entry.form is Form.FILE and not entry.fault:
                self._taught(number, entry, learner)
        learner.feed(self._container.comment(), PLAIN)

    def rewrite(self, chunks: Iterator[bytes], rewriter: Rewriter) -> Iterator[bytes]:
        """The second pass."""
        self.members.clear()
        self._written.clear()
        self._writes = True
        making = _Making(rewriter, names.Names(partial(rewritten, rewriter)), set())
        packer = self._container.packer()
        for number, entry in enumerate(self._entries(chunks)):
            with closing(self._inside.spool()) as file:
                written = self._made(number, entry, making, file)
                yield from packer.add(entry, written, _size(file), pieces(file))
        yield packer.end(_comment(self._container.comment(), rewriter))

    def residues(self, chunks: Iterator[bytes], find: Search) -> Iterator[Place]:
        """Where ``find`` meets an original: in a member, or (line 0) in its name, owner or comment.

        In an output of this object every entry is searched as it was written; in any other archive what can be read,
        and the outcomes say what cannot.
        """
        entries = self._container.read(chunks) if self._writes else self._entries(chunks)
        for number, entry in enumerate(entries):
            yield from _within(number, _in_header(entry, lambda said: find(said, PLAIN)))
            if self._writes:
                kind, content = self._written[number]
                yield from _within(number, kind.residues(text(entry.data(), content), find))
            elif entry.form is Form.FILE and not entry.fault:
                yield from _within(number, self._searched(number, entry, find))
        for found in find(self._container.comment(), PLAIN):
            yield Place(found.rule, found.entity, found.start, 0)

    def exposed(self, chunks: Iterator[bytes], rules: RuleSet) -> Iterator[Place]:
        """Where originals stand that can be told without a key."""
        self.members.clear()
        for number, entry in enumerate(self._entries(chunks)):
            outcome = Outcome(number, entry.path, reason=entry.fault, size_in=entry.size)
            for place in self._shown(entry, outcome, rules):
                outcome.counts[place.entity, place.rule] += 1
                yield place._replace(member=(number, *place.member))
            if outcome.format or outcome.reason:
                self.members.append(outcome)

    def contents(self, chunks: Iterator[bytes]) -> Iterator[tuple[int, Kind, Iterator[bytes]]]:
        """Each file that can be read and is not refused, in order; notes are no files of an output of this object.

        Given are its number among all entries, its kind, and its text or octets while it is at hand.
        """
        entries = self._container.read(chunks) if self._writes else self._entries(chunks)
        left_out = refused(self.members) if self._writes else self._refused
        for number, entry in enumerate(entries):
            if entry.form is not Form.FILE or entry.fault or (number,) in left_out:
                continue
            if self._writes:
                kind, content = self._written[number]
                yield number, kind, text(entry.data(), content)
                continue
            with self._look(entry) as member:
                if isinstance(member, _Member):
                    self._pass_on(number, member.kind)
                    yield number, member.kind, member.held()

    # --- one member

    def _entries(self, chunks: Iterator[bytes]) -> Iterator[Entry[Info]]:
        if self._outermost:
            self._budget.renew()
        for entry in self._container.read(chunks):
            self._budget.member()
            yield entry

    @contextmanager
    def _look(self, entry: Entry[Info]) -> Iterator[_Member | str]:
        """A file of the archive, or why it is refused."""
        with closing(self._inside.spool()) as file:
            try:
                for chunk in self._budget.counted(entry.data()):
                    file.write(chunk)
                look = self._opened(entry, file)
            except MemberError as error:
                look = str(error)
            yield look

    def _opened(self, entry: Entry[Info], file: IO[bytes]) -> _Member | str:
        stored = partial(pieces, file)
        try:
            kind, content = self._inside.opened(stored, entry.path.rpartition("/")[2])
        except InputError as error:
            return str(error)

        def held() -> Iterator[bytes]:
            unpacked = text(stored(), content)
            # What is not compressed is counted already.
            return self._budget.counted(unpacked) if content.compression else unpacked

        return _Member(file, kind, content, held)

    def _pass_on(self, number: int, kind: Kind) -> None:
        """Tell an archive in this one what is refused in it."""
        if isinstance(kind, Archive):
            kind.refuse({path[1:]: why for path, why in self._refused.items() if path[0] == number and path[1:]})

    def _taught(self, number: int, entry: Entry[Info], learner: Learner) -> None:
        """What a file teaches. One that breaks is not learned from as a whole, so the second pass must not take it."""
        with self._look(entry) as member:
            if isinstance(member, str):
                # It is refused again, for the same reason.
                return
            try:
                member.kind.learn(member.held(), learner)
            except InputError as error:
                self._refused[number,] = str(error)
            if isinstance(member.kind, Archive):
                self._refused.update({(number, *path): why for path, why in member.kind.faults.items()})

    def _searched(self, number: int, entry: Entry[Info], find: Search) -> Iterator[Place]:
        """The residues in a file of an archive that another wrote."""
        with self._look(entry) as member:
            why = member if isinstance(member, str) else ""
            try:
                if isinstance(member, _Member):
                    yield from member.kind.residues(member.held(), find)
            except InputError as error:
                why = str(error)
        if why:
            outcome = next((each for each in self.members if each.number == number), None)
            if outcome is None:
                outcome = Outcome(number, entry.path, size_in=entry.size)
                self.members.append(outcome)
            outcome.reason = outcome.reason or why

    def _made(self, number: int, entry: Entry[Info], making: _Making, file: IO[bytes]) -> Written:
        """What is written for an entry; ``file`` then holds its bytes."""
        outcome = Outcome(number, entry.path, size_in=entry.size)
        unnamed = names.fault(entry.path, folder=entry.form is Form.FOLDER) or making.names.fault(entry.path)
        broken = self._refused.get((number,), "")
        outcome.reason = entry.fault or unnamed or broken or _link_fault(entry, making.files)
        how: tuple[Kind, Content] = TextFile(PLAIN), TEXT
        if not outcome.reason and entry.form is Form.FILE:
            how = self._rewritten(number, entry, outcome, making.rewriter, file) or how
        if outcome.reason:
            _note(entry, outcome.reason, file)
            path = making.names.unnamed(number, SUFFIX) if unnamed else making.names.file(entry.path, SUFFIX)
            written = _headed(entry, making, Written(path, note=True))
        else:
            written = _named(entry, making)
        if outcome.reason or entry.form is Form.FILE:
            outcome.name, outcome.size_out = written.path, _size(file)
            self.members.append(outcome)
        self._written.append(how)
        return written

    def _rewritten(
        self, number: int, entry: Entry[Info], outcome: Outcome, rewriter: Rewriter, file: IO[bytes]
    ) -> tuple[Kind, Content] | None:
        """How to read a file of the archive that is rewritten into ``file``; ``None`` when the outcome refuses it."""
        with self._look(entry) as member:
            if isinstance(member, str):
                outcome.reason = member
                return None
            outcome.format = member.kind.name
            self._pass_on(number, member.kind)
            own = self._inside.rewriter(member.kind, member.held, rewriter)
            storing = Storing(file, member.content)
            try:
                for block in member.kind.rewrite(member.held(), own):
                    storing.write(block)
                storing.close()
            except InputError as error:
                outcome.reason = str(error)
                return None
            finally:
                storing.abandon()
            for counted in (outcome, rewriter):
                counted.counts.update(own.counts)
                counted.notes.update(own.notes)
            outcome.members = _inner(member.kind)
            return member.kind, member.content

    def _shown(self, entry: Entry[Info], outcome: Outcome, rules: RuleSet) -> Iterator[Place]:
        """What one entry shows."""
        yield from _in_header(entry, lambda said: findings(said, rules, PLAIN))
        if entry.form is not Form.FILE or entry.fault:
            return
        with self._look(entry) as member:
            if isinstance(member, str):
                outcome.reason = member
                return
            outcome.format = member.kind.name
            try:
                yield from member.kind.exposed(member.held(), rules)
            except InputError as error:
                outcome.reason = str(error)
            outcome.members = _inner(member.kind)


def _inner(kind: Kind) -> list[Outcome]:
    """What a pass did with the members of an archive in an archive."""
    return kind.members if isinstance(kind, Archive) else []


# --- names, owners, comments ------------------------------------------------------------------------------------------


def _link_fault(entry: Entry[Info], files: set[str]) -> str:
    if entry.form not in (Form.SYMBOLIC, Form.HARD):
        return ""
    hard = entry.form is Form.HARD
    fault = names.link_fault(entry.path, entry.target, hard=hard)
    if not fault and hard and names.plain(entry.target) not in files:
        return "a link to no file before it"
    return fault


def _named(entry: Entry[Info], making: _Making) -> Written:
    """The new names of a member that is no note."""
    to = making.names
    link = entry.form in (Form.SYMBOLIC, Form.HARD)
    if entry.form in (Form.FILE, Form.HARD):
        making.files.add(names.plain(entry.path))
    path = to.folder(entry.path) if entry.form is Form.FOLDER else to.file(entry.path)
    target = to.target(entry.path, entry.target, hard=entry.form is Form.HARD) if link else ""
    return _headed(entry, making, Written(path, target, comment=_comment(entry.comment, making.rewriter)))


def _headed(entry: Entry[Info], making: _Making, written: Written) -> Written:
    """With owner and group, and how times move."""
    owner, group = (_owner(name, making.rewriter.reader.value) for name in (entry.owner, entry.group))
    return written._replace(owner=owner, group=group, shift=making.rewriter.shift)


def _owner(name: str, value: Callable[[Entity, bytes, str], bytes]) -> str:
    if not _is_person(name):
        return name
    return value(Entity.USER, _raw(name), OWNER_RULE).decode("utf-8", "replace")


def _is_person(name: str) -> bool:
    return bool(name) and name.lower() not in SYSTEM_NAMES


def _comment(comment: bytes, rewriter: Rewriter) -> bytes:
    """A comment, rewritten as text; one in an unknown encoding is left out."""
    try:
        comment.decode()
    except UnicodeDecodeError:
        return b""
    new = rewriter.rewrite(comment) if comment else b""
    return new if len(new) <= LONGEST_COMMENT else b""


def _in_header(entry: Entry[Info], find: Callable[[bytes], list[Finding]]) -> Iterator[Place]:
    """What is found in what an archive says about a member; the line is 0."""
    for said in (_raw(entry.path), _raw(entry.target), _raw(entry.owner), _raw(entry.group), entry.comment):
        for found in find(said) if said else ():
            yield Place(found.rule, found.entity, found.start, 0)


def _within(number: int, places: Iterator[Place]) -> Iterator[Place]:
    return (place._replace(member=(number, *place.member)) for place in places)


# --- bytes ------------------------------------------------------------------------------------------------------------


def _note(entry: Entry[Info], reason: str, file: IO[bytes]) -> None:
    file.seek(0)
    file.truncate()
    file.write(note(entry.form.value, entry.size if entry.form in (Form.FILE, Form.OTHER) else None, reason))


def _size(file: IO[bytes]) -> int:
    return file.seek(0, 2)


def _raw(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")
