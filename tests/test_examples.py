"""The examples of pipelines, carried out: what they run is run here, on files of ours, with stand-ins for the rest."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
import yaml

from tests.machine import KEY, ORIGINAL, RAW, ROOT, TEXT, Machine, assert_cleaned, example

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

pytestmark = pytest.mark.skipif(shutil.which("sh") is None, reason="needs a shell")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


# --- cron and logrotate


def test_cron(machine: Machine) -> None:
    [line] = [line for line in example("cron").splitlines() if not line.startswith("#")]
    *moment, command = line.split(None, 5)
    assert len(moment) == 5
    assert all(re.fullmatch(r"\*|[0-9]{1,2}", each) for each in moment)
    assert "%" not in command  # cron takes it for the end of a line
    (machine.logs / "full").write_bytes(RAW)
    done = machine.run(command)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert_cleaned(machine.cleaned, "full")


def test_logrotate(machine: Machine) -> None:
    text = example("logrotate")
    path, directives, script = re.fullmatch(
        r"(\S+) \{\n(.*?)\n    postrotate\n(.*?)\n    endscript\n\}\n", text, re.DOTALL
    ).groups()  # type: ignore[union-attr]  # a failure, then
    known = {"daily", "rotate", "dateext", "delaycompress", "missingok"}
    assert {line.split()[0] for line in directives.splitlines()} <= known
    # The name that logrotate gives with "dateext", of a day that does not end while this runs.
    machine.tool("date", f'[ "$*" = +%Y%m%d ] && echo {datetime.now(UTC):%Y%m%d}')
    machine.tool("asterisk", 'echo "$@" > reloaded')
    name = f"{path.rsplit('/', 1)[1]}-{datetime.now(UTC):%Y%m%d}"
    (machine.logs / name).write_bytes(RAW)
    done = machine.run(script)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (machine.root / "reloaded").read_text() == "-rx logger reload\n"
    assert_cleaned(machine.cleaned, name)


# --- systemd


def units() -> Iterator[tuple[str, str]]:
    """The units, by their names."""
    for text in re.findall(r"^```systemd\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL):
        yield text.split("\n", 1)[0].rsplit("/", 1)[1], text


def setting(name: str) -> str:
    """A setting of the service."""
    [value] = re.findall(rf"^{name}=(.*)$", dict(units())["scrubber-drop.service"], re.MULTILINE)
    return str(value)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_knows_every_word_of_the_units(machine: Machine) -> None:
    for name, text in units():
        command = text.replace("ExecStart=scrubber", f"ExecStart={machine.tools / 'scrubber'}")
        (machine.root / name).write_text(command)
    names = " ".join(f"./{name}" for name, _ in units())
    done = machine.run(f"systemd-analyze verify --man=no --recursive-errors=no {names}")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_the_units_name_each_other() -> None:
    (path, first), (service, second) = units()
    assert f"Unit={service}" in first
    assert service.removesuffix(".service") == path.removesuffix(".path")
    watched = re.search(r"DirectoryNotEmpty=(\S+)", first)
    assert watched is not None
    assert f"scrubber batch {watched[1]} " in second
    assert watched[1] in setting("ReadWritePaths").split()


def serviced(machine: Machine, meanwhile: Callable[[], object] = bool) -> int:
    """What systemd does with the service: each command when the one before went well; its exit code."""
    for name in ("ExecStartPre", "ExecStart", "ExecStartPost"):
        machine.folder(f"/run/{setting('RuntimeDirectory')}")
        done = machine.run(setting(name).replace("%t", "/run"))
        if done.returncode:
            return done.returncode
        if name == "ExecStartPre":
            meanwhile()
    return 0


def test_the_drop_folder_is_emptied(machine: Machine) -> None:
    drop = machine.folder("/srv/drop")
    (drop / "one.log").write_bytes(RAW)
    os.utime(drop / "one.log", (1, 1))
    late = drop / "late.log"
    find = f'exec {shutil.which("find")} "$@"'
    machine.tool("find", f"cp {shlex.quote(str(drop / 'one.log'))} {shlex.quote(str(late))}; {find}")
    assert serviced(machine) == 0
    assert_cleaned(machine.cleaned, "one.log")
    assert [path.name for path in drop.iterdir()] == ["late.log"]


def test_nothing_is_deleted_of_what_is_refused(machine: Machine) -> None:
    drop = machine.folder("/srv/drop")
    (drop / "one.log").write_bytes(RAW)
    (drop / "what.bin").write_bytes(b"\x7fELF" + bytes(range(256)) * 4)
    assert serviced(machine) == 3
    assert sorted(path.name for path in drop.iterdir()) == ["one.log", "what.bin"]
    assert_cleaned(machine.cleaned, "one.log", "what.bin.removed.txt")


# --- GitHub Actions and Kubernetes

Shape = Mapping[str, Any]
"""What may stand in a mapping: types of values, shapes of mappings, and of the members of lists."""
WORKFLOW: Shape = {
    "name": str,
    "on": [str],
    "jobs": {
        "clean": {
            "runs-on": str,
            "steps": [
                {"name": str, "uses": str, "with": {"python-version": str, "name": str, "path": str}, "run": str}
                | {"env": {"SCRUBBER_KEY": str}}
            ],
        }
    },
}
"""Of the syntax of workflows what is of use here."""
MANIFEST: Shape = {
    "apiVersion": str,
    "kind": str,
    "metadata": {"name": str, "namespace": str},
    "spec": {
        "backoffLimit": int,
        "activeDeadlineSeconds": int,
        "ttlSecondsAfterFinished": int,
        "template": {
            "spec": {
                "restartPolicy": str,
                "securityContext": {"runAsNonRoot": bool, "runAsUser": int, "runAsGroup": int, "fsGroup": int},
                "containers": [
                    {
                        "name": str,
                        "image": str,
                        "command": [str],
                        "args": [str],
                        "env": [
                            {"name": str, "value": str, "valueFrom": {"secretKeyRef": {"name": str, "key": str}}},
                        ],
                        "volumeMounts": [{"name": str, "mountPath": str, "readOnly": bool}],
                        "resources": {"requests": {"cpu": str, "memory": str}, "limits": {"cpu": str, "memory": str}},
                    }
                ],
                "volumes": [{"name": str, "emptyDir": {"sizeLimit": str}}],
            }
        },
    },
}
"""Of ``batch/v1`` Job what is of use here; the API refuses what it does not know."""


def misfits(node: object, shape: Any, place: str = "") -> Iterator[str]:  # noqa: ANN401 - see Shape
    """What does not fit a shape."""
    if isinstance(shape, dict):
        if not isinstance(node, dict):
            yield f"{place}: no mapping"
            return
        for key, value in node.items():
            if key in shape:
                yield from misfits(value, shape[key], f"{place}.{key}")
            else:
                yield f"{place}.{key}: unknown"
    elif isinstance(shape, list):
        if not isinstance(node, list) or not node:
            yield f"{place}: no list"
            return
        for number, value in enumerate(node):
            yield from misfits(value, shape[0], f"{place}.{number}")
    elif type(node) is not shape:
        yield f"{place}: no {shape.__name__}"


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"kind": "Job"}, []),
        ({"kind": 1}, [".kind: no str"]),
        ({"kidn": "Job"}, [".kidn: unknown"]),
        ({"spec": {"backoffLimit": True}}, [".spec.backoffLimit: no int"]),
        ({"spec": {"template": {"spec": {"volumes": []}}}}, [".spec.template.spec.volumes: no list"]),
        ({"metadata": "scrubber"}, [".metadata: no mapping"]),
    ],
)
def test_misfits(node: object, expected: list[str]) -> None:
    assert list(misfits(node, MANIFEST)) == expected


def assert_installable(command: str) -> None:
    """The requirements of ``pip install`` are of this project: its name, and extras that it has."""
    wanted = shlex.split(command.partition("&&")[0])[2:]
    ours = [each for each in wanted if each.startswith(PROJECT["name"])]
    assert len(ours) == 1
    extras = re.fullmatch(rf"{PROJECT['name']}(?:\[([a-z0-9,]+)\])?", ours[0])
    assert extras is not None
    assert set((extras[1] or "dev").split(",")) <= set(PROJECT["optional-dependencies"])


def is_supported(version: str) -> bool:
    """Whether a version of Python is one of those that the project names."""
    return f"Programming Language :: Python :: {version}" in PROJECT["classifiers"]


def test_workflow(machine: Machine) -> None:
    # YAML 1.1 reads "on" as a truth.
    workflow = {"on" if key is True else key: value for key, value in yaml.safe_load(example("yaml", "jobs:")).items()}
    assert list(misfits(workflow, WORKFLOW)) == []
    steps = workflow["jobs"]["clean"]["steps"]
    assert all(re.fullmatch(r"actions/[a-z-]+@v[0-9]+", step["uses"]) for step in steps if "uses" in step)
    assert all(is_supported(step["with"]["python-version"]) for step in steps if "setup-python" in step.get("uses", ""))
    (install, *_), (command, variables) = ((step["run"], step.get("env", {})) for step in steps if "run" in step)
    assert_installable(install)
    assert variables == {"SCRUBBER_KEY": "${{ secrets.SCRUBBER_KEY }}"}
    (machine.root / "logs").mkdir()
    (machine.root / "logs" / "full.log").write_bytes(RAW)
    assert machine.run(command, SCRUBBER_KEY=KEY).returncode == 0
    sent = next(step["with"]["path"] for step in steps if "upload" in step.get("uses", ""))
    assert_cleaned(machine.root / sent, "full.log")


def test_manifest(machine: Machine) -> None:
    manifest = yaml.safe_load(example("yaml", "kind: Job"))
    assert list(misfits(manifest, MANIFEST)) == []
    assert (manifest["apiVersion"], manifest["kind"]) == ("batch/v1", "Job")
    pod = manifest["spec"]["template"]["spec"]
    [container] = pod["containers"]
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    assert is_supported(re.fullmatch(r"python:([0-9.]+)-slim", container["image"])[1])  # type: ignore[index]  # a failure
    variables = {each["name"]: machine.here(each.get("value", KEY)) for each in container["env"]}
    assert [each["name"] for each in container["env"] if "valueFrom" in each] == ["SCRUBBER_KEY"]
    assert variables["HOME"] in {machine.here(mount["mountPath"]) for mount in container["volumeMounts"]}

    assert container["command"] == ["sh", "-c"]
    [command] = container["args"]
    assert_installable(command)
    assert "s3fs" in shlex.split(command)
    machine.folder("/work/.local/bin").rmdir()
    machine.tool("pip", f'ln -s {shlex.quote(str(machine.tools))} "$HOME/.local/bin"')
    (machine.logs / "full").write_bytes(RAW)
    for bucket, folder in (("s3://raw/asterisk", machine.logs), ("s3://cleaned/asterisk", machine.cleaned)):
        assert bucket in command
        command = command.replace(bucket, str(folder))
    done = machine.run(command, **variables)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert_cleaned(machine.cleaned, "full")


# --- Airflow and Prefect


class Decorator:
    """A decorator with options or without; what it decorates is called at once, each call with ``arrives``."""

    def __init__(self, arrives: Callable[..., Any]) -> None:
        self._arrives = arrives
        self.options: dict[str, object] = {}

    def __call__(self, function: Callable[..., Any] | None = None, **options: object) -> Any:  # noqa: ANN401 - as decorators are
        self.options = self.options or options
        if function is None:
            return self
        return lambda *values: self._arrives(function, *values)


def alone(function: FunctionType) -> Callable[..., Any]:
    """A function that knows nothing of its module, as one that runs in another process."""
    return FunctionType(function.__code__, {"__builtins__": __builtins__})


@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize(("library", "flow"), [("airflow", "dag"), ("prefect", "flow")])
def test_orchestrators(
    library: str, flow: str, *, refused: bool, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[object] = []
    task = Decorator(lambda function, *values: ran.append(alone(function)(*values)))
    # What stands in braces is filled in by Airflow before a task begins.
    task.virtualenv = Decorator(  # type: ignore[attr-defined]  # as the task of Airflow has
        lambda function, *values: ran.append(alone(function)(*(each.replace("{{ ds }}", "today") for each in values)))
    )
    stand_in = ModuleType(library)
    vars(stand_in).update(dag=Decorator(lambda function: function()), flow=Decorator(lambda function: function()))
    vars(stand_in).update(task=task)
    monkeypatch.setitem(sys.modules, library, stand_in)
    monkeypatch.setitem(sys.modules, f"{library}.decorators", stand_in)
    (machine.logs / "full").write_bytes(RAW)
    if refused:
        (machine.logs / "what.bin").write_bytes(b"\x7fELF" + bytes(range(256)) * 4)
    names: dict[str, Any] = {"__name__": "example"}

    def begin() -> None:
        exec(compile(machine.here(example("python", f"from {library}")), "pipelines.md", "exec"), names)
        if library == "prefect":
            names["cleaned_logs"]()

    if refused:
        with pytest.raises(RuntimeError, match="exit code 3"):
            begin()
        assert ran == []
    else:
        begin()
        assert [dict(each) for each in ran] == [{"released": 1}]  # type: ignore[call-overload]  # a failure, then
        [day] = machine.cleaned.iterdir()
        assert_cleaned(day, "full")
    assert flow in {name for name, each in vars(stand_in).items() if isinstance(each, Decorator)}


# --- Vector


def test_vector(machine: Machine) -> None:
    settings = tomllib.loads(example("toml"))
    source = settings["sources"]["asterisk"]
    assert set(source) <= {"type", "mode", "command"}
    assert (source["type"], source["mode"]) == ("exec", "streaming")
    assert set(settings["sinks"]["archive"]["inputs"]) <= set(settings["sources"])
    shell, option, command = source["command"]
    assert (shell, option) == ("sh", "-c")
    (machine.logs / "full").write_bytes(RAW)
    machine.tool("tail", 'test "$1" = -F && cat "$2"')
    done = machine.run(command)
    assert done.returncode == 0
    assert done.stdout
    assert ORIGINAL not in done.stdout.lower()
