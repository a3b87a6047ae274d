"""Commands and the credentials they are given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.detectors import shell
from tests.passes import DOUBLING, cleaned, doubling

HITS: list[tuple[bytes, list[bytes]]] = [
    (b"curl -u alice:Xk29 https://x.example", [b"alice", b"Xk29"]),
    (b"curl -s -u 'alice:Xk \"29\"' https://x.example", [b"alice", b'Xk "29"']),
    (b"curl --user=alice:Xk29 https://x.example", [b"alice", b"Xk29"]),
    (b"mysql -u alice -pXk29 -h db1 asterisk", [b"alice", b"Xk29", b"db1"]),
    (b"/usr/bin/mysqldump -ualice -p'Xk 29' asterisk", [b"alice", b"Xk 29"]),
    (b"mysql -u alice -p asterisk", [b"alice"]),
    (b"sshpass -p Xk29 ssh alice@pbx1", [b"Xk29"]),
    (b"sshpass -p 'Xk 29' scp a alice@pbx1:/tmp", [b"Xk 29"]),
    (b"sshpass -pXk29 ssh pbx1", [b"Xk29"]),
    (b"smbclient //srv/x -U 'alice%Xk29'", [b"alice", b"Xk29"]),
    (b"htpasswd -bc .htpasswd alice Xk29", [b"alice", b"Xk29"]),
    (b"openssl enc -aes-256-cbc -k Xk29 -in a", [b"Xk29"]),
    (b"openssl pkcs12 -passin pass:Xk29 -in a", [b"Xk29"]),
    (b"echo 'Xk29' | sudo -S systemctl restart asterisk", [b"Xk29"]),
    (b"sipsak -vvv -s sip:alice@pbx.example.com -a Xk29", [b"Xk29"]),
    (b"snmpwalk -v2c -c Xk29 203.0.113.7", [b"Xk29"]),
    (b"redis-cli -h db1 -a Xk29 ping", [b"db1", b"Xk29"]),
    (b"ldapsearch -x -D cn=alice -w Xk29", [b"Xk29"]),
    (b"System(curl -s -u alice:Xk29 https://x.example)", [b"alice", b"Xk29"]),
    (b"CMD (backup; mysqldump -pXk29 asterisk | gzip)", [b"Xk29"]),
]
MISSES = [
    b"curl/7.88.1",
    b"curl -k https://x.example",
    b"mysql -h",
    b"sshpass -p $PASSWORD ssh pbx1",
    b"the mysql -p prompt",
    b"echo done | tee log",
    b"openssl version -a",
    b"unzip -l bundle.zip",
    b"curl",
]


@pytest.mark.parametrize(("text", "values"), HITS)
def test_hits(text: bytes, values: list[bytes]) -> None:
    assert [text[finding.start : finding.end] for finding in shell.find(text)] == values


@pytest.mark.parametrize("text", MISSES)
def test_misses(text: bytes) -> None:
    assert list(shell.find(text)) == []


@pytest.mark.parametrize(("text", "values"), HITS)
def test_they_go_out_of_any_line(text: bytes, values: list[bytes]) -> None:
    secrets = [value for value in values if b"Xk" in value]
    new = cleaned(b"Mar  2 18:03:12 pbx sudo[99]: alice : COMMAND=" + text)
    assert [value for value in secrets if value in new] == []


@given(st.binary(max_size=300) | st.text("curlmysq -up'\"|;:%xp", max_size=120).map(str.encode))
def test_any_octets(data: bytes) -> None:
    assert all(0 <= finding.start < finding.end <= len(data) for finding in shell.find(data))


@pytest.mark.parametrize("unit", [b"curl ", b"curl -u a:b ", b"mysql -p'", b"curl '", b'curl "\\', b"echo a | "])
def test_time_is_linear(unit: bytes) -> None:
    assert doubling(lambda data: list(shell.find(data)), unit) <= DOUBLING
