"""What a program fills in before it sends: the keywords of SIPp's scenarios, which name nobody.

SIPp, docs/create_own_xml_scenario.rst: ``[service]``, ``[remote_ip]``, ``[last_Via:]``, ``[field0 file="users.csv"]``,
``[$1]``, with an offset (``[branch-5]``), and several of them beside each other (``[pid]SIPpTag01[call_number]``).
"""

from __future__ import annotations

import re

_KEYWORD = (
    rb"\[(?:service|transport|len|cseq|pid|routes|next_url|branch|msg_index|clock_tick|timestamp|dynamic_id|fill|users"
    rb"|userid|date|sipp_version|tdmmap|server_ip|peer_tag_param|remote_(?:ip|port|host)|local_(?:ip|ip_type|port)"
    rb"|call_(?:number|id)|media_(?:ip|ip_type|port)|auto_media_port|rtpstream_(?:audio|video)_port"
    rb"|last_[A-Za-z-]{1,32}:?|field[0-9]{1,2}|\$[0-9A-Za-z_]{1,32}"
    rb"|crypto(?:tag|suite|keyparams)[0-9a-z]{1,40})(?:[+-][0-9]{1,4})?\]"
)
_ADDRESSES = frozenset((b"remote_ip", b"local_ip", b"media_ip", b"server_ip", b"remote_host"))
_KEYWORDS = _KEYWORD + rb"(?:(?:SIPpTag[0-9]{2}|[-._:@])?" + _KEYWORD + rb"){0,4}"
_TEMPLATE = re.compile(_KEYWORDS)
_FIRST = re.compile(_KEYWORDS + rb"(?=[\s,;:@\"'<>()\[\]{}&?/|\\]|\Z)")
"""Up to what ends it: what goes on behind a keyword was written by somebody."""


def is_template(value: bytes) -> bool:
    """Whether a value is nothing but keywords that SIPp fills in; brackets may have been taken for those of IPv6."""
    if value[:1] != b"[":
        return value in _ADDRESSES
    return _TEMPLATE.fullmatch(value) is not None or _TEMPLATE.fullmatch(value + b"]") is not None


def begins(data: bytes, position: int, stop: int) -> bool:
    """Whether such keywords stand at ``position``, and nothing else up to the end of the value."""
    return data[position : position + 1] == b"[" and _FIRST.match(data, position, stop) is not None
