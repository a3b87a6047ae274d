from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scrubber.documents import yaml as documents
from tests.documents.read import cells, held, sample, scrubbed, taught


def shape(value: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
    if isinstance(value, dict):
        return [(key, shape(inner)) for key, inner in value.items()]
    return [shape(inner) for inner in value] if isinstance(value, list) else None


def test_a_file_keeps_its_shape() -> None:
    before = sample("sipp-users.yaml")
    after = scrubbed(before, "yaml")
    assert held(b"\n".join(line for line in after.split(b"\n") if not line.startswith(b"#"))) == []
    old, new = yaml.safe_load(before), yaml.safe_load(after)
    assert shape(new) == shape(old)
    assert (new["transport"], new["enabled"], new["timers"]["t1"]) == ("udp", True, 500)
    assert new["accounts"][1]["forward"] == new["listen"] != old["listen"]
    assert new["accounts"][0]["codecs"] == ["PCMA", "PCMU"]
    assert new["carrier"]["greeting"].count("\n") == 2


@pytest.mark.parametrize(
    "text",
    [
        b"password: Xk29fj\n",
        b"passwords:\n  - Xk29fj\n  - {a: Xk29fj}\n",
        b"secret: |\n  Xk29fj\n  more Xk29fj\nport: 5060\n",
        b"x: 'Xk29fj'\n",
        b"Xk29fj\n",
        b"? Xk29fj\n: y\n",
        b"a: &x Xk29fj\n",
        b"Wanda Xk29fj: 1\n",
        b"- - Xk29fj\n",
        b"Via: SIP/2.0/UDP Xk29fj.example\n",
        b'a: "x\n  Xk29fj"\n',
    ],
)
def test_what_goes(text: bytes) -> None:
    assert b"Xk29fj" not in scrubbed(text, "yaml")


@pytest.mark.parametrize(
    "text",
    [b"---\nport: 5060\n...\n", b"# nothing\n", b"a:\n  - true\n  - null\n", b"codec: opus/48000 # default\n", b""],
)
def test_what_stays(text: bytes) -> None:
    assert scrubbed(text, "yaml") == text


@given(st.binary(max_size=300))
def test_any_octets(data: bytes) -> None:
    list(documents.read(iter((data,)), cells()))
    assert b"".join(new for _, new in documents.read(iter((data,)), taught())) == data


def test_a_network_in_a_list_of_callers_is_one() -> None:
    after = scrubbed(b"whitelist:\n  - 198.51.100.0/24\n  - 198.51.100.7\n", "yaml")
    lines = after.splitlines()
    assert lines[1].endswith(b"/24")
    assert lines[1].split(b".")[:3] == lines[2].split(b".")[:3]
    assert b"198.51" not in after
