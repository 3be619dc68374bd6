"""The elements of HTML: which there are, and what browsers do with them."""

from __future__ import annotations

import re

_HTML = """
    a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink
    blockquote body br button canvas caption center cite code col colgroup command content data datalist dd
    del details dfn dialog dir div dl dt element em embed fieldset figcaption figure font footer form frame
    frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img input ins isindex kbd keygen
    label legend li link listing main map mark marquee menu menuitem meta meter nav nobr noembed noframes
    noscript object ol optgroup option output p param picture plaintext portal pre progress q rb rp rt rtc
    ruby s samp script search section select shadow slot small source spacer span strike strong style sub
    summary sup table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr
    xmp
"""
HTML = frozenset(_HTML.split())
_SWALLOW = "title textarea select template script style iframe object noembed noframes noscript xmp"
SWALLOW = frozenset(_SWALLOW.split())
"""What stands in them up to their end is no text of the page."""
_NAMES = """
    address base button code command data datalist dialog dir embed form image input label legend link main
    map menu meta meter object option output param portal progress script search section select slot source
    style summary table template textarea time title track var
"""
NAME_LIKE = frozenset(_NAMES.split())
"""Elements that are words people put in angle brackets when they mean something to fill in."""
_CUSTOM = re.compile(r"[a-z][a-z0-9.]*-[a-z0-9.-]*$")


def is_custom(name: str) -> bool:
    """Whether a script may give the element a meaning: its name has a hyphen."""
    return _CUSTOM.match(name) is not None
