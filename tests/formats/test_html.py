from __future__ import annotations

import pytest

from scrubber.formats.html import FORMAT


@pytest.mark.parametrize(
    ("head", "is_page"),
    [
        (b"<!DOCTYPE html>\n<html>", True),
        (b"\n<html lang='en'>", True),
        (b"<!-- a -->\n<table border=0>", True),
        (b"<account><name>a</name></account>", False),
        (b"<?xml version='1.0'?>", False),
        (b"2025-03-02 <html>", False),
        (b"", False),
    ],
)
def test_pages_are_recognised(head: bytes, is_page: bool) -> None:
    assert (FORMAT.sniff(head, "") > 90) is is_page
    assert FORMAT.notation == "html"
