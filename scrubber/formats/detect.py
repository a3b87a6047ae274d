"""Which format a log is in: every format module is asked, the most confident wins, plain text is the safe fallback."""

from __future__ import annotations

from scrubber.formats import (
    acrobits,
    ami,
    apple,
    astdb,
    asterisk,
    asteriskconf,
    autosupport,
    backtrace,
    baresip,
    console,
    contentlines,
    coturn,
    csv,
    deskphone,
    fail2ban,
    freepbx,
    freeswitch,
    homer,
    html,
    ini,
    jsondocument,
    jsonlog,
    kamailio,
    linphone,
    logcat,
    mail,
    minisipserver,
    netborder,
    ngrep,
    packetdetails,
    packets,
    pjsip,
    plain,
    queuelog,
    sipis,
    sipp,
    siptext,
    sql,
    syslog,
    twinkle,
    ucp,
    vega,
    weblog,
    xml,
    yaml,
)
from scrubber.model import Format, InputError
from scrubber.readings.wrapper import unwrapped
from scrubber.terminal import uncoloured

FORMATS: tuple[Format, ...] = (
    packetdetails.FORMAT,
    homer.FORMAT,
    asterisk.FORMAT,
    ami.FORMAT,
    console.FORMAT,
    astdb.FORMAT,
    backtrace.FORMAT,
    autosupport.FORMAT,
    freepbx.FORMAT,
    weblog.FORMAT,
    fail2ban.FORMAT,
    ucp.FORMAT,
    vega.FORMAT,
    netborder.FORMAT,
    freeswitch.FORMAT,
    pjsip.FORMAT,
    kamailio.FORMAT,
    syslog.FORMAT,
    baresip.FORMAT,
    linphone.FORMAT,
    jsondocument.FORMAT,
    jsonlog.FORMAT,
    packets.FORMAT,
    acrobits.FORMAT,
    sipis.FORMAT,
    minisipserver.FORMAT,
    coturn.FORMAT,
    twinkle.FORMAT,
    sipp.FORMAT,
    logcat.FORMAT,
    deskphone.FORMAT,
    apple.FORMAT,
    ngrep.FORMAT,
    siptext.FORMAT,
    asteriskconf.FORMAT,
    ini.FORMAT,
    queuelog.FORMAT,
    sql.FORMAT,
    xml.FORMAT,
    html.FORMAT,
    mail.FORMAT,
    contentlines.FORMAT,
    csv.FORMAT,
    yaml.FORMAT,
    plain.FORMAT,
)
HEAD = 1 << 16
"""How many bytes of a file sniffing looks at."""


def sniff(head: bytes, name: str = "") -> Format:
    """The format of a file from its first bytes (UTF-8) and, as a weak hint, its name."""
    plain_head = uncoloured(head[:HEAD])
    inner = unwrapped(plain_head)
    if inner is not plain_head:
        found = max(FORMATS, key=lambda fmt: 0 if fmt.notation else fmt.sniff(inner, name))
        if found is not plain.FORMAT:
            return found
    return max(FORMATS, key=lambda fmt: fmt.sniff(plain_head, name))


DOCUMENT = 75
"""How likely a text is a document that no log format can be told to read: lines say nothing of columns and elements."""
RECOGNISED = 51
"""How likely a text is of another format that the notation of a document, which it shows no sign of, is not tried."""


def told(chosen: str, head: bytes, name: str = "") -> Format:
    """The format called ``chosen`` for a file, or the recognised one where ``chosen`` plainly cannot read it.

    A wrong choice would otherwise take what tells a value from a word: the name of a column, an element, a key above.
    Errors: ``InputError`` when there is no format of that name.
    """
    wanted = by_name(chosen)
    found = sniff(head, name)
    if found is wanted:
        return wanted
    plain_head = uncoloured(head[:HEAD])
    likely = found.sniff(plain_head, name)
    if not wanted.notation:
        return found if found.notation and likely >= DOCUMENT else wanted
    return found if likely >= RECOGNISED and not wanted.sniff(plain_head, name) else wanted


def by_name(name: str) -> Format:
    """The format called ``name``; InputError when there is none."""
    for fmt in FORMATS:
        if fmt.name == name:
            return fmt
    raise InputError("no such format; one of: " + ", ".join(names()))


def names() -> list[str]:
    """Names of all formats, plain text last."""
    return [fmt.name for fmt in FORMATS]
