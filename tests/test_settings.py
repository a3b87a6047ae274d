from __future__ import annotations

from pathlib import Path

import pytest

from scrubber import settings, storage
from scrubber.model import Action, Entity, RuleError


def test_keep_and_shift() -> None:
    plain = settings.rule_set()
    chosen = settings.rule_set(keep=[Entity.IPV4], shift_time=True)
    assert plain.actions[Entity.IPV4] is Action.PSEUDONYM
    assert chosen.actions[Entity.IPV4] is Action.KEEP
    assert chosen.actions[Entity.TIME] is Action.SHIFT
    assert chosen.options == plain.options | {"shift-time"}


def test_errors_name_the_option_and_the_file(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("nonsense: 1\n", encoding="utf-8")
    with pytest.raises(RuleError, match=rf"^--rules {bad}"):
        settings.rule_set(files=[bad])
    with pytest.raises(RuleError, match=r"^--rules .*missing"):
        settings.rule_set(files=[tmp_path / "missing"])
    with pytest.raises(RuleError, match=r"^--known .*missing: no such file"):
        settings.known_values([tmp_path / "missing"])
    with pytest.raises(RuleError, match=r"^--format no such format"):
        settings.format_name("nonsense")
    with pytest.raises(RuleError, match="profile"):
        settings.rule_set("nonsense")


def test_known_values(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"Marla\r\n+442079460958\n")
    (tmp_path / "two").write_bytes("Жанна\n".encode("utf-16"))
    found = settings.known_values([tmp_path / "one", tmp_path / "two"])
    assert found == (b"Marla", b"+442079460958", "Жанна".encode())


@pytest.mark.parametrize("name", [None, "plain", "asterisk"])
def test_formats(name: str | None) -> None:
    assert settings.format_name(name) == name


def test_processes(tmp_path: Path) -> None:
    small = [storage.Source(tmp_path / "a", "a", ("a",), 100)]
    large = [storage.Source(tmp_path / name, name, (name,), settings.SMALL) for name in "ab"]
    assert settings.processes(small) == 1
    assert 1 <= settings.processes(large) <= 2
