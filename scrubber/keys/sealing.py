"""A key under a pass phrase, as a text that may travel: scrypt (RFC 7914) and AES-256-GCM (NIST SP 800-38D).

What stands beside the key (what it is for, the cost of the pass phrase) is readable and authenticated: whoever changes
it makes the text worthless.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from scrubber.model import KeyFileError
from scrubber.pseudonyms.key import KEY_SIZE, Key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION: Final = 1
LIMIT: Final = 1 << 14
"""Bytes of the largest sealed text; a usual one has some 500."""
SHORTEST: Final = 8
"""Characters of the shortest pass phrase; scrypt makes guessing dear, not impossible."""

_COST: Final = 1 << 16
"""Of scrypt: 64 MiB and some tenths of a second for each pass phrase that is tried."""
_COSTS: Final = frozenset(1 << power for power in range(14, 19))
"""Costs that are accepted: less protects little, more would let a hostile file fill the memory."""
_BLOCK: Final = 8
_SALT, _NONCE, _TAG = 16, 12, 16


class _Sealed(NamedTuple):
    label: Mapping[str, str]
    cost: int
    salt: bytes
    nonce: bytes
    box: bytes

    def bound(self) -> bytes:
        """What the cipher authenticates beside the key."""
        return json.dumps([VERSION, sorted(self.label.items()), self.cost, self.salt.hex()]).encode("ascii")


def seal(key: Key, passphrase: str, label: Mapping[str, str]) -> bytes:
    """The key as a JSON text in ASCII that only ``passphrase`` opens; ``label`` stands in it readable.

    Errors: :class:`KeyFileError` for a pass phrase that is too short.
    """
    if len(passphrase) < SHORTEST:
        raise KeyFileError(f"a pass phrase has at least {SHORTEST} characters")
    sealed = _Sealed(label, _COST, secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE), b"")
    box = _cipher(passphrase, sealed).encrypt(sealed.nonce, key.material, sealed.bound())
    content = {
        "scrubber-key": VERSION,
        "label": dict(label),
        "scrypt": sealed.cost,
        "salt": sealed.salt.hex(),
        "nonce": sealed.nonce.hex(),
        "box": box.hex(),
    }
    return json.dumps(content, indent=1).encode("ascii") + b"\n"


def unseal(text: bytes, passphrase: str, name: str) -> tuple[Key, dict[str, str]]:
    """The key and the label of a sealed text; ``name`` is what errors call it.

    Errors: :class:`KeyFileError` for a text of another kind, a changed one, or a wrong pass phrase.
    """
    from cryptography.exceptions import InvalidTag

    sealed = _read(text, name)
    try:
        material = _cipher(passphrase, sealed).decrypt(sealed.nonce, sealed.box, sealed.bound())
    except InvalidTag:
        raise KeyFileError(f"{name}: wrong pass phrase, or the file was changed") from None
    return Key(material), dict(sealed.label)


def _read(text: bytes, name: str) -> _Sealed:
    try:
        content = json.loads(text.decode("ascii")) if len(text) <= LIMIT else None
        if not isinstance(content, dict) or content["scrubber-key"] != VERSION:
            raise KeyFileError(f"{name}: no exported key of this version")
        label, cost = content["label"], content["scrypt"]
        salt, nonce, box = (bytes.fromhex(content[field]) for field in ("salt", "nonce", "box"))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise KeyFileError(f"{name}: no exported key") from None
    worded = isinstance(label, dict) and all(isinstance(value, str) for value in label.values())
    sized = (len(salt), len(nonce), len(box)) == (_SALT, _NONCE, KEY_SIZE + _TAG)
    if not (worded and sized and type(cost) is int and cost in _COSTS):
        raise KeyFileError(f"{name}: no exported key")
    return _Sealed(label, cost, salt, nonce, box)


def _cipher(passphrase: str, sealed: _Sealed) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    derivation = Scrypt(salt=sealed.salt, length=KEY_SIZE, n=sealed.cost, r=_BLOCK, p=1)
    return AESGCM(derivation.derive(passphrase.encode("utf-8", "surrogatepass")))
