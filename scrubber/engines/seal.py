"""What travels between machines, sealed: nobody reads or forges an item or a result without the secret.

AES-GCM (NIST SP 800-38D) with a random nonce for each message; the secret is hashed into a key of its own.
"""

from __future__ import annotations

import os
import pickle
from hashlib import blake2b
from pathlib import Path
from typing import Any

from scrubber.model import KeyFileError

_NONCE = 12
_LONGEST = 1 << 12
"""Octets of a secret."""


def secret(place: str) -> bytes:
    """The key that is made of a secret: of a file, or of a variable whose name follows a dollar sign.

    Errors: :class:`KeyFileError` when it is not there.
    """
    if place.startswith("$"):
        raw = os.environb.get(place[1:].encode(), b"") if os.supports_bytes_environ else os.environ[place[1:]].encode()
    else:
        try:
            with Path(place).open("rb") as file:
                raw = file.read(_LONGEST)
        except OSError:
            raw = b""
    if not raw.strip():
        raise KeyFileError("a machine of the cluster does not have the key")
    return blake2b(raw.strip().lower(), digest_size=32, person=b"scrubber-cluster").digest()


class Seal:
    """Closes and opens what travels in one run."""

    def __init__(self, key: bytes) -> None:
        # Late, as a single machine needs none of it.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher = AESGCM(key)

    def closed(self, data: bytes) -> bytes:
        """Octets that tell nothing but their number."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, data, None)

    def opened(self, data: bytes) -> bytes:
        """What was closed. Errors: :class:`KeyFileError` when another secret closed it, or nobody did."""
        from cryptography.exceptions import InvalidTag

        try:
            return self._cipher.decrypt(data[:_NONCE], data[_NONCE:], None)
        except InvalidTag:
            raise KeyFileError("a machine of the cluster has another key") from None

    def packed(self, thing: object) -> bytes:
        """An object, closed."""
        return self.closed(pickle.dumps(thing))

    def unpacked(self, data: bytes) -> Any:  # noqa: ANN401 - whatever was packed
        """An object that was closed by somebody with the secret. Errors as above."""
        return pickle.loads(self.opened(data))  # noqa: S301 - authenticated
