"""Back from pseudonyms to originals: a vendor's reply, read like any log.

The originals are scrubbed once more with the key of the case, which gives a ledger of what became what; the reply is
then rewritten by the same engine with the maps turned round. What was redacted, suppressed or masked holds nothing to
turn round and stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from scrubber.engine import Engine
from scrubber.ledger import Ledger, Recording, Revealing
from scrubber.lexicon import Lexicon
from scrubber.model import Action, Entity, RuleSet
from scrubber.pseudonyms.key import Key
from scrubber.readings.rewrite import Rewrite

_GONE = frozenset({Entity.SECRET, Entity.TEXT, Entity.CARD, Entity.DTMF, Entity.LOCATION})
"""Kinds whose place keeps nothing of the original."""


class Reveal(Rewrite):
    """Turns values back, and leaves alone whatever scrubbing would suppress."""

    replaces = False

    def filler(self, value: bytes, rule: str, depth: int) -> bytes:
        """Keying material stays as it came."""
        del rule, depth
        return value

    def unknown(self, value: bytes, rule: str, depth: int) -> bytes:
        """What no rule knows is free text here."""
        del rule, depth
        return self.text(value)

    def signed(self, value: bytes, header: bytes, payload: bytes, rule: str) -> bytes:
        """A token stays as it came: its signature is void already."""
        del header, payload, rule
        return value


class Annotated(Reveal):
    """Shows both: the original, and in brackets the pseudonym that stood there."""

    def _replacement(self, entity: Entity, value: bytes) -> tuple[bytes, Entity]:
        new, precise = super()._replacement(entity, value)
        return (new if new == value else b"%b [%b]" % (new, value)), precise


def recording(rules: RuleSet, key: Key, lexicon: Lexicon) -> tuple[Engine, Callable[[], Ledger]]:
    """The engine that scrubs the originals again, and what gives its ledger once they are rewritten."""
    surrogates = Recording(key, lexicon.plan(), rules.kept_hosts)
    return Engine(rules, key, lexicon, surrogates), lambda: surrogates.ledger


def revealing(rules: RuleSet, key: Key, ledger: Ledger, *, annotate: bool) -> tuple[Engine, Revealing]:
    """The engine that translates a reply, and its maps, which know afterwards what they did not know."""
    maps = Revealing(key, ledger)
    actions = {entity: Action.KEEP if entity in _GONE else Action.PSEUDONYM for entity in Entity}
    turned = replace(rules, actions=actions, options=rules.options & {"shift-time"}, kept_hosts=frozenset())
    engine = Engine(turned, key, ledger.lexicon(rules.stop_words), maps, Annotated if annotate else Reveal)
    return engine, maps
