"""The wheel holds what the program needs, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.skipif(
    not (ROOT / "scrubber" / "model.py").is_file(), reason="an installed wheel is under test, the sources are not here"
)


def build(target: str, folder: Path) -> Path:
    """Build a ``wheel`` or ``sdist`` into ``folder`` with the backend that is installed: no network, no isolation."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    with ZipFile(build("wheel", tmp_path_factory.mktemp("wheel"))) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def sdist_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    with tarfile.open(build("sdist", tmp_path_factory.mktemp("sdist"))) as archive:
        return {str(PurePosixPath(*PurePosixPath(name).parts[1:])) for name in archive.getnames()}


def files(folder: str, pattern: str) -> set[str]:
    found = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob(pattern) if path.is_file()}
    assert found
    return found


def test_wheel_holds_every_module(wheel_names: set[str]) -> None:
    assert files("scrubber", "*.py") - wheel_names == set()
    assert {"scrubber/py.typed", "scrubber/reports/page.html", "scrubber/reports/page.css"} <= wheel_names


def test_wheel_holds_every_rule_file(wheel_names: set[str]) -> None:
    expected = {f"scrubber/_{name}" for name in files("rules", "*")}
    assert expected - wheel_names == set()


def test_wheel_holds_nothing_else(wheel_names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in wheel_names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"scrubber"}
    assert [name for name in wheel_names if "__pycache__" in name or "/tests/" in name] == []


@pytest.mark.parametrize("folder", ["samples", "tests", "rules", "scrubber"])
def test_sdist_holds_the_folder(folder: str, sdist_names: set[str]) -> None:
    expected = {name for name in files(folder, "*") if "__pycache__" not in name}
    assert expected - sdist_names == set()


def test_sdist_can_be_built_from(sdist_names: set[str]) -> None:
    assert {"pyproject.toml", "README.md", "LICENSE", "Makefile"} <= sdist_names


def test_version_stands_in_one_place() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    holders = [
        name for name in files("scrubber", "*.py") if version in (ROOT / name).read_text(encoding="utf-8").split('"')
    ]
    assert holders == []
