"""What a drawing may be made of before it goes into a page: shapes and texts, nothing that runs or loads."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from markupsafe import Markup

LONGEST_DRAWING = 1 << 18
"""Characters of a drawing that is shown."""

_SHAPES = frozenset("svg g defs marker line polyline polygon path rect circle ellipse text tspan title desc".split())
_ATTRIBUTES = frozenset(
    "id class role width height viewBox x y x1 y1 x2 y2 dx dy cx cy r rx ry d points transform fill stroke opacity"
    " stroke-width stroke-dasharray stroke-linecap stroke-linejoin text-anchor dominant-baseline font-size font-family"
    " font-weight marker-end marker-start markerWidth markerHeight refX refY orient markerUnits preserveAspectRatio"
    " aria-hidden aria-label aria-labelledby textLength lengthAdjust".split()
)
"""All that a drawing may be made of: nothing that runs, nothing that loads."""
_LOCAL = re.compile(r"url\((?!#[\w-]+\))", re.IGNORECASE)


def checked(text: str) -> Markup:
    """A drawing as it may stand in the page: made of known shapes and attributes alone, else left out."""
    if len(text) > LONGEST_DRAWING or "<!" in text or "<?" in text:
        return Markup("<p>The drawing is too large for this page.</p>")
    try:
        root = ET.fromstring(text)  # noqa: S314 - no declarations, no entities, bounded
    except ET.ParseError:
        return Markup("<p>The drawing cannot be shown.</p>")
    for element in root.iter():
        known = element.tag.removeprefix("{http://www.w3.org/2000/svg}") in _SHAPES
        if not known or element.attrib.keys() - _ATTRIBUTES or any(map(_LOCAL.search, element.attrib.values())):
            return Markup("<p>The drawing cannot be shown.</p>")
    return Markup(text)  # noqa: S704 - every element and attribute of it was looked at
