"""Pages of telephones and web interfaces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.documents import html
from tests.documents.read import cells, scrubbed, taught
from tests.passes import DOUBLING, doubling

GONE = [
    (b"<tr><th>Password</th><td>Xk29fj</td></tr>", (b"Xk29fj",)),
    (b"<tr><td>Caller ID</td><td>Wanda Blume</td></tr>", (b"Wanda", b"Blume")),
    (b"<tr><td>Display Name:</td><td>\n  Wanda\n</td></tr>", (b"Wanda",)),
    (b"<tr><th>Name</th><th>Secret</th><th>Zork</th></tr><tr><td>Wanda</td><td>Xk29fj</td><td>Odo</td></tr>",
     (b"Wanda", b"Xk29fj", b"Odo")),
    (b"<tr><td>Name</td><td>Secret</td><td>Ext</td></tr><tr><td>Wanda</td><td>Xk29fj</td><td>4711</td></tr>",
     (b"Wanda", b"Xk29fj", b"4711")),
    (b"<dl><dt>Display Name</dt><dd>Wanda</dd></dl>", (b"Wanda",)),
    (b'<label for="p">Password</label><input id="p" value="Xk29fj">', (b"Xk29fj",)),
    (b'<label>Owner</label><input name="f17" value="Wanda">', (b"Wanda",)),
    (b'<input name="password" value="Xk29fj">', (b"Xk29fj",)),
    (b"<label>Display name</label><textarea>Wanda</textarea>", (b"Wanda",)),
    (b'<img alt="Wanda at work">', (b"Wanda",)),
    (b'<a href="/users/wanda" aria-label="Wanda">x</a>', (b"wanda", b"Wanda")),
    (b"<button onclick=\"dial('Wanda')\" data-who='Blume' zork=wanda>x</button>", (b"Wanda", b"Blume", b"wanda")),
    (b"<h1>Phone of Wanda Blume</h1>", (b"Wanda", b"Blume")),
    (b'<script>\nvar cfg = {"password":"Xk29fj","zork":"Wanda"};\n</script>', (b"Xk29fj", b"Wanda")),
    (b"<!-- Wanda: Xk29fj -->", (b"Wanda", b"Xk29fj")),
    (b"<td>203.0.113.7</td>", (b"203.0.113.7",)),
]  # fmt: skip


def page(body: bytes) -> bytes:
    table = body.startswith((b"<tr", b"<td"))
    return b"<html><body>" + (b"<table>" + body + b"</table>" if table else body) + b"</body></html>"


@pytest.mark.parametrize(("body", "gone"), GONE)
def test_what_goes(body: bytes, gone: tuple[bytes, ...]) -> None:
    new = scrubbed(page(body), "html")
    assert [value for value in gone if value in new] == []
    assert new.count(b"<") == page(body).count(b"<")


@pytest.mark.parametrize(
    "body",
    [
        b'<table class="wide"><tr><th>Status</th><td>OK</td></tr></table>',
        b"<tr><td>Firmware</td><td>66.84.0.15</td></tr>",
        b"<tr><td>Firmware Version</td><td>66.84.0.15</td></tr>",
        b"<dl><dt>Uptime</dt><dd>3 days</dd></dl>",
        b"<tr><th>Extension</th><th>Name</th><th>Secret</th></tr>",
        b'<input type="checkbox" value="1">',
        b'<td class="wide" width="40%" align="left"><a target="_blank" rel="next">OK</a></td>',
        b"<p>Not registered since 18:03:12 (403)</p>",
        b"<pre>\nuser_pname1!: \nfkey0!: line\nlanguage!: English\n</pre>",
    ],
)
def test_what_stays(body: bytes) -> None:
    assert scrubbed(page(body), "html") == page(body)


@given(st.binary(max_size=300) | st.text("<>/tdhrl inputvalue=\"'!-ab ", max_size=120).map(str.encode))
def test_nothing_is_lost_when_learning(data: bytes) -> None:
    pairs = list(html.read(iter((data,)), taught()))
    assert b"".join(old for old, _ in pairs) == data
    assert b"".join(new for _, new in pairs) == data


@pytest.mark.parametrize("unit", [b"<td>", b"<", b"<!--", b"<script>", b"<a b=", b"<a 'b' ", b"<td>x</td>"])
def test_time_is_linear(unit: bytes) -> None:
    assert doubling(lambda data: list(html.read(iter((data,)), cells())), unit) <= DOUBLING


def test_a_line_of_a_log_stays_one() -> None:
    line = b"[2025-03-02 18:03:12] NOTICE[2214][C-0000001a] chan_sip.c: Registration from %b failed"
    shown = b"<body><div>" + line + b"<br><span>[2025-03-02 18:03:12] NOTICE</span>[2214] chan_sip.c: x</div></body>"
    after = scrubbed(shown % b"&quot;Wanda Blume&quot; &lt;sip:4711@doeberg.example&gt;", "html")
    assert after.startswith(b"<body><div>" + line.partition(b"%b")[0])
    assert after.endswith(b" failed<br><span>[2025-03-02 18:03:12] NOTICE</span>[2214] chan_sip.c: x</div></body>")
    assert b"Wanda" not in after
    assert b"4711" not in after
