"""The normal form of labels: what is one name, in any alphabet and encoding."""

from __future__ import annotations

import pytest

from scrubber.labelname import label_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (b"Auth-User", b"authuser"),
        (b"auth_user", b"authuser"),
        (b"sip.in User", b"sipinuser"),
        ("Contraseña".encode(), b"contrasena"),
        ("CONTRASEÑA".encode("latin-1"), b"contrasena"),
        ("Kullanıcı adı".encode(), b"kullaniciadi"),
        ("Hasło\u00a0".encode(), b"haslo"),
        ("→ Straße".encode(), b"strasse"),
        ("ПАРОЛЬ".encode(), "пароль".encode()),
        ("учётная запись".encode(), "учетнаязапись".encode()),
        ("電話番号".encode(), "電話番号".encode()),
        (b"\xff", b"y"),
        ("“”".encode(), b""),
        ("Lykilorð".encode(), b"lykilord"),
    ],
)
def test_label_key(name: bytes, key: bytes) -> None:
    assert label_key(name) == key


@pytest.mark.parametrize("name", ["Contraseña", "ФИО", "Adı Soyadı", "å_ß-ı.ø", "caller*id"])
def test_a_key_is_its_own_key(name: str) -> None:
    once = label_key(name.encode())
    assert label_key(once) == once
