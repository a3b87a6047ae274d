from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.bundle import names
from scrubber.bundle.limits import ExhaustedError
from scrubber.bundle.names import Names

PATHS = st.lists(st.sampled_from(["a", "b", "c.log", ".", ""]), min_size=1, max_size=4).map("/".join)


def made() -> Names:
    return Names(str.upper)


@pytest.mark.parametrize("path", ["a", "a/b", "./a", "a//b", "a/./b", "..a/b..", "ab:c", "a\\b", "-a", "~a"])
def test_names_that_are_taken(path: str) -> None:
    assert names.fault(path, folder=False) == ""


@pytest.mark.parametrize("path", ["", "/a", "//a", "../a", "a/..", "a/../b", "\\a", "a\\..\\b", "z:/a", "a\0b"])
def test_names_that_are_refused(path: str) -> None:
    assert names.fault(path, folder=True)
    assert names.fault(path, folder=False)


def test_the_root_is_a_folder_alone() -> None:
    assert names.fault("./", folder=True) == ""
    assert names.fault("./", folder=False) == "a member without a name"


@pytest.mark.parametrize(
    ("path", "target", "hard"),
    [("a/b", "../c", False), ("a", "b/c", False), ("a/b", "c", True), ("a", ".", False), ("a/b", "./../a/c", False)],
)
def test_links_that_stay(path: str, target: str, hard: bool) -> None:
    assert names.link_fault(path, target, hard=hard) == ""


@pytest.mark.parametrize(
    ("path", "target", "hard"),
    [
        *(
            ("a", target, False)
            for target in ("..", "/a", "../a", "b/..", "b/../../c", "\\a", "c:a", "", "..\\a", "a\0")
        ),
        ("a/b", "../../c", False),
        ("a/b", "../c", True),
    ],
)
def test_links_that_leave(path: str, target: str, hard: bool) -> None:
    assert names.link_fault(path, target, hard=hard)


def test_members_of_a_folder_stay_together() -> None:
    to = made()
    assert [to.folder("./"), to.folder("a/"), to.file("a/x.log"), to.file("./a/y"), to.folder("a/")] == [
        "./",
        "A/",
        "A/X.LOG",
        "./A/Y",
        "A/",
    ]


def test_no_two_files_have_one_name() -> None:
    to = Names(lambda name: "same.log" if name.endswith(".log") else name)
    assert [to.file(f"d/{name}") for name in ("a.log", "b.log", "a.log", "b.log", "x", "x")] == [
        "d/same.log",
        "d/same-2.log",
        "d/same-3.log",
        "d/same-4.log",
        "d/x",
        "d/x-2",
    ]
    assert to.file("d/a.log", ".removed.txt") == "d/same.log.removed.txt"
    assert to.file("d/b.log", ".removed.txt") == "d/same.log.removed-2.txt"
    assert [to.unnamed(7, ".removed.txt"), to.unnamed(7, ".removed.txt")] == [
        "member-7.removed.txt",
        "member-7.removed-2.txt",
    ]


def test_folders_with_one_new_name_stay_apart() -> None:
    to = Names(lambda name: name if name == "x" else "same")
    assert [to.file("a/x"), to.file("b/x"), to.file("a/y")] == ["same/x", "same-2/x", "same/same"]


def test_a_link_knows_a_name_before_its_file() -> None:
    to = Names(lambda name: "same")
    assert to.target("d/l", "../a", hard=False) == "../same-2"
    assert to.file("b") == "same-3"
    assert to.file("a") == "same-2"
    assert to.target("l", "d/./l", hard=True) == "same/./same"


def test_nothing_lies_below_a_file() -> None:
    to = made()
    to.file("a/b")
    assert to.fault("a/b/c/d") == "a name below a file or a link"
    assert to.fault("a/c") == to.fault("a/b") == ""
    to.folder("c")
    assert to.file("c") == "C-2"


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_new_name_that_is_none(name: str) -> None:
    assert Names(lambda _: name).file("a") == "_"


def test_a_file_with_a_slash_at_its_end() -> None:
    assert made().file("a/b//") == "A/B"


def test_too_many_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "NAMES", 3)
    to = made()
    to.file("a/b/c")
    with pytest.raises(ExhaustedError, match="more than 3 names"):
        to.file("a/b/d")


def test_many_equal_names_take_linear_time() -> None:
    to = made()
    found = [to.file("a.log") for _ in range(20_000)]
    assert found[-1] == "A-20000.LOG"


@given(st.lists(PATHS, max_size=12))
def test_names_are_unique_and_safe(paths: list[str]) -> None:
    to = Names(lambda name: name if name == "a" else "b")
    found = [to.file(path) for path in paths if not names.fault(path, folder=False) and not to.fault(path)]
    plain = [names.plain(name) for name in found]
    assert len(set(plain)) == len(plain)
    assert not any(names.fault(name, folder=False) for name in found)
