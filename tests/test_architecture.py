"""The rules of the code base that a machine can check: imports, sizes, habits."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULE_LINES = 400
FUNCTION_LINES = 60
BROAD = {"Exception", "BaseException"}


def package_folder() -> Path:
    """The folder of the package under test: the checkout, or an installed wheel."""
    spec = importlib.util.find_spec("scrubber")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


PACKAGE = package_folder()
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_rules" not in path.parts)
CODE = [path for path in MODULES if path.name != "__init__.py"]


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def broad_names(node: ast.expr | None) -> Iterator[str]:
    """The names in an ``except`` clause that catch more than they should."""
    if node is None:
        yield "everything"
    elif isinstance(node, ast.Tuple):
        for item in node.elts:
            yield from broad_names(item)
    elif isinstance(node, ast.Name) and node.id in BROAD:
        yield node.id


def is_call_of(node: ast.AST, name: str) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    return (isinstance(called, ast.Name) and called.id == name) or (
        isinstance(called, ast.Attribute) and called.attr == name
    )


def test_there_is_something_to_check() -> None:
    assert len(CODE) > 10


def test_import_contracts() -> None:
    """The contracts stand in ``pyproject.toml``; import-linter names module and line of what breaks them."""
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--no-cache",
            "--no-logo",
        ],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent), "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_module_is_within_its_budget(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MODULE_LINES, f"{name_of(path)} has {lines} lines"


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_functions_are_within_their_budget(path: Path) -> None:
    functions = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    sizes = {f"{node.name}:{node.lineno}": (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    assert {name: size for name, size in sizes.items() if size > FUNCTION_LINES} == {}


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_nothing_is_printed_past_the_console(path: Path) -> None:
    calls = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    prints = [node.lineno for node in calls if isinstance(node.func, ast.Name) and node.func.id == "print"]
    assert prints == []


@pytest.mark.parametrize("path", [path for path in CODE if name_of(path) != "cli.py"], ids=name_of)
def test_only_the_command_line_catches_everything(path: Path) -> None:
    tree = tree_of(path)
    caught = [
        (node.lineno, name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        for name in broad_names(node.type)
    ]
    suppressed = [
        (node.lineno, name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and is_call_of(node, "suppress")
        for argument in node.args
        for name in broad_names(argument)
    ]
    assert caught + suppressed == []


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "__init__.py"], ids=name_of)
def test_package_init_is_empty(path: Path) -> None:
    # The top one alone lists the public interface, and imports nothing until it is asked for.
    top = path.parent == PACKAGE
    assert top or path.read_bytes() == b""
    at_once = [node for node in tree_of(path).body if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert [ast.unparse(node) for node in at_once] == (
        ["from __future__ import annotations", "from typing import TYPE_CHECKING"] if top else []
    )


def test_every_folder_with_code_is_a_package() -> None:
    assert [name_of(path) for path in CODE if not (path.parent / "__init__.py").is_file()] == []
