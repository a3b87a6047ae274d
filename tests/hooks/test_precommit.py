from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from scrubber.hooks import precommit
from scrubber.model import InputError

OTHER = """\
# ours
default_stages: [pre-commit]
repos:
- repo: https://git.example/other
  rev: v1  # pinned
  hooks:
  - id: other
"""
INDENTED = """\
repos:
    - repo: https://git.example/other
      rev: v1
      hooks:
          - id: other
"""


def entries(folder: Path) -> list[str]:
    content = yaml.safe_load((folder / precommit.NAME).read_text(encoding="utf-8"))
    return [hook["id"] for repository in content["repos"] for hook in repository["hooks"]]


@pytest.mark.parametrize("before", [None, "", "repos: []\n", "repos:\n", OTHER, INDENTED])
def test_in_and_out_again(tmp_path: Path, before: str | None) -> None:
    path = tmp_path / precommit.NAME
    if before is not None:
        path.write_text(before, encoding="utf-8")
    assert precommit.install(tmp_path) == path
    assert "scrubber" in entries(tmp_path)
    assert (before is not None and "other" in before) == ("other" in entries(tmp_path))
    assert precommit.install(tmp_path) is None
    assert precommit.uninstall(tmp_path) == path
    assert not path.exists() or path.read_text(encoding="utf-8") == before
    assert precommit.uninstall(tmp_path) is None


def test_what_cannot_be_changed_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / precommit.NAME
    for text in (b"- a list\n", b"\xff\xfe", b"#" * (1 << 20) + b"\n"):
        path.write_bytes(text)
        with pytest.raises(InputError, match=r"\.pre-commit-config\.yaml: "):
            precommit.install(tmp_path)
        assert path.read_bytes() == text


def test_the_entry_of_the_framework() -> None:
    root = Path(__file__).resolve().parent.parent.parent
    text = (root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    [entry] = yaml.safe_load(text)
    assert entry["id"] == "scrubber"
    assert entry["entry"] == "scrubber hook files"
    assert entry["language"] == "python"
