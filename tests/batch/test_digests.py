from __future__ import annotations

from scrubber.batch.digests import Digests
from scrubber.batch.inputs import Input, LocalFile
from scrubber.lexicon import Lexicon
from scrubber.model import Entity
from scrubber.pseudonyms.key import Key

ONE, OTHER = Digests(Key(bytes(32))), Digests(Key(bytes(31) + b"\1"))
EACH = Input(LocalFile("/logs/a.log"), "/logs/a.log", ("logs", "a.log"), tag="7 1")


def lexicon(*values: tuple[Entity, bytes]) -> Lexicon:
    made = Lexicon()
    for entity, value in values:
        made.put(entity, value)
    return made


def test_digests_are_of_one_key_and_one_use() -> None:
    content = b"7" * 32
    of_one = [ONE.name(EACH), ONE.tag(EACH), ONE.content(content), ONE.of(b"known", content), ONE.of_marks(set())]
    of_other = [OTHER.name(EACH), OTHER.tag(EACH), OTHER.content(content), OTHER.of(b"known", content)]
    assert len({*of_one, *of_other}) == 9
    assert all(digest is not None and len(digest) == 16 for digest in of_one)
    assert ONE.tag(EACH._replace(tag="")) is None


def test_what_is_told_apart() -> None:
    assert ONE.name(EACH) == ONE.name(EACH._replace(origin=LocalFile("/elsewhere/a.log"), size=9))
    assert ONE.name(EACH) != ONE.name(EACH._replace(parts=("logs", "\udcff.log")))
    as_user, as_name = (ONE.marks(lexicon((entity, b"marla"))) for entity in (Entity.USER, Entity.NAME))
    assert not as_user & as_name


def test_values_by_their_marks() -> None:
    learned = lexicon((Entity.USER, b"marla"), (Entity.USER, b"otto"), (Entity.HOST, b"pbx.example"))
    marks = ONE.marks(learned)
    assert len(marks) == 3
    wanted = ONE.marks(lexicon((Entity.USER, b"otto"), (Entity.NAME, b"marla")))
    assert ONE.only(learned, wanted).values == {Entity.USER: {b"otto"}}
    assert ONE.of_marks(marks) != ONE.of_marks(wanted)
