"""What a section has students do that leaves a trace."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.shell.command import Command
from pytest_cloudlab.material.shell.shell import commands_of

_ASIDE_ANYWHERE = re.compile(
    r"""\b(?:
    abstract|introduction|overview|objectives?|objectifs?|goals?|agenda|timetable|background|prerequisites?
    |before\ you|what\ you(?:'ll)?\ need|what\ you(?:\ have|\ will|'ll)?\ (?:learn(?:ed|t)?|take|did)
    |what\ (?:is|are|can|cannot|happens|to\ expect)
    |why|how\ (?:to\ run\ this|this|it|does|do|is|are|\w+\ works?)
    |understanding|explained|explanations?|under\ the\ hood|behind\ the\ scenes
    |optional(?:ly)?|optionnel|bonus|advanced|alternatives?|alternatively|going\ further|go\ further
    |pour\ aller|if\ you\ have\ time|stretch|for\ the\ curious|bored
    |conclusions?|summary|recap|wrap-?\ ?up|take-?aways?|congratulations|yay|well\ done
    |what's\ next|next\ steps?|acknowledge?ments?|further\ reading|bibliography|appendix|troubleshooting
    |faq|cheat\ ?sheet
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ASIDE_FIRST = re.compile(
    r"""[\d.\s:()–-]*(?:
    intro|outline|programme?|schedule|about|context|concepts?|theory|glossary|requirements?|further|extras?
    |challenge|demo|examples?|the\ end|credits?|thanks|references?|resources|links|reading|annexe?
    |questions?|problems?|help|tips?|notes?|solutions?|answers?|hints?|license|changelog|a\ word|words
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_LOOKING_PROGRAMS = """
    cat ls dir head tail less more tree echo printf pwd whoami id df du free top htop nproc lscpu lsblk uname
    hostname date uptime history which whereis type file wc man cd pushd popd env printenv ps jobs grep find
    diff curl wget ping nslookup dig host ip ifconfig netstat ss nvidia-smi true false exit logout clear sleep
    test [ set export declare local readonly unset alias source . open xdg-open start code watch stat
    sha256sum md5sum jq
"""
_LOOKS = frozenset(_LOOKING_PROGRAMS.split())
_LOOKING_WORDS = """
    list ls describe get get-value ps images logs log status show inspect info version top stats history diff
    view search help explain cluster-info check ping whoami
"""
_LOOKING = frozenset(_LOOKING_WORDS.split())
_ITEM = re.compile(r"([ \t]*)(?:[-*+]|\d{1,3}[.)])[ \t]+(.*)")
_ADMONITION = re.compile(r"([ \t]*)(?:!!!|\?\?\?\+?)[ \t]*\w")
_VERB = re.compile(
    r"""(?:(?:then|now|first|next|finally),?[ ])?(?:
    add|adjust|allow|answer|ask|assign|attach|build|change|choose|clean|click|clone|close|commit
    |configure|connect|copy|create|delete|deploy|detach|disable|download|drag|edit|enable|enter
    |execute|export|fetch|fill|fix|fork|give|grant|import|install|invite|join|launch|log[ ](?:in|out)
    |login|make|map|mount|move|name|open|paste|pick|play|press|publish|pull|push|put|register|remove|rename
    |replace|restart|right-click|run|save|select|send|set|share|shut|sign|start|stop|submit|switch
    |tag|terminate|train|tunnel|turn|type|untick|tick|unzip|update|upload|use|write
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_FORETELLS = re.compile(
    r"(?:we|you)(?:'ll|\ will|\ are\ going\ to|\ can|\ could|\ should\ be\ able|\ have|\ learn)"
    r"|able\ to|for\ (?:instance|example)|such\ as|goals?|aims?|steps\ are|benefits?|features?",
    re.IGNORECASE,
)
_ASIDES = frozenset({"admonition", "details", "html"})
_MARKUP = re.compile(r"[*_`~=]+|\[[ xX]\]")


def is_aside(title: str) -> bool:
    """Whether a section of that heading is not there to be done: an introduction, a summary, an extra."""
    return bool(_ASIDE_ANYWHERE.search(title[:200]) or _ASIDE_FIRST.match(title[:200]))


def instruction_in(page: Page, lines: range, blocks: Sequence[Block]) -> str:
    """The first thing to do on these lines, with these blocks; empty when there is none."""
    for block in blocks:
        if not _ASIDES & set(block.inside):
            for command in commands_of(block):
                if leaves_trace(command):
                    return _short(page.lines[command.place.line - 1])
    items = _items(page, lines)
    return _short(items[0]) if len(items) > 1 else ""


def leaves_trace(command: Command) -> bool:
    """False for what only looks, sets variables or goes elsewhere."""
    if not command.words or (command.program in _LOOKS and not command.redirects):
        return False
    words = [word.text for word in command.words[1:8]]
    if {"--help", "--version", "-h", "-V", "--dry-run"} & set(words):
        return False
    return not _LOOKING & {word for word in words if not word.startswith("-")}


def _items(page: Page, lines: range) -> list[str]:
    """Those of lists that begin with a verb, outside of admonitions and of lists that say what is to come."""
    found: list[str] = []
    aside: int | None = None
    sentence, foretold = "", False
    for number in lines:
        line = page.lines[number - 1]
        if number in page.scanned.not_prose or not line.strip():
            continue
        indent = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
        if aside is not None and indent > aside:
            continue
        aside = indent if _ADMONITION.match(line) else None
        item = _ITEM.match(line)
        if not item:
            if not indent:
                sentence = line
                foretold = False
            continue
        if sentence:
            foretold, sentence = _FORETELLS.search(sentence[:300]) is not None, ""
        if not foretold and _VERB.match(_MARKUP.sub("", item[2][:200]).strip()):
            found.append(item[2])
    return found


def _short(line: str) -> str:
    text = " ".join(line.split()).rstrip("\\").strip()
    return text if len(text) <= 80 else text[:77] + "…"
