"""The normal form of a label, by which rules and texts are compared.

Lower case, without ``-``, ``_``, ``.`` and blanks; letters of other alphabets and with marks are folded, so that
``Contraseña``, ``contrasena`` and ``CONTRASEÑA`` are one name, and ``Пароль`` is ``пароль``.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_LOWER: Final = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz")
_SEPARATORS: Final = b"-_. \t"
_LETTERS: Final = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters that no decomposition of Unicode takes apart."""


def label_key(label: bytes) -> bytes:
    """The normal form of ``label``, in UTF-8 or, where it is none, in Latin-1."""
    name = label.translate(_LOWER, _SEPARATORS)
    return name if name.isascii() else _folded(name)


def _folded(name: bytes) -> bytes:
    try:
        text = name.decode()
    except UnicodeDecodeError:
        text = name.decode("latin-1")
    parts = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return "".join(part for part in parts if part.isalnum() or part in "()/*").encode()
