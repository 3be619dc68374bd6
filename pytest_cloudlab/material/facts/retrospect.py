"""Text that tells of the past, or warns: what it names is not what students are told to use."""

from __future__ import annotations

import re

_PAST = re.compile(
    r"""\b(?:
        replaced | superseded | deprecat\w* | retire[ds]\w* | retirement | obsolete | legacy | outdated
        | formerly | no\ longer | not\ any\ ?more | end[-\ ]of[-\ ]life | eol | sunset\w* | discontinued
        | historical\w* | unsupported | not\ supported | shut(?:s|ting)?\ ?down\ (?:on|in|since|by)
        | (?:was|were|been|is|are|be)\ (?:shut\ down|removed|dropped|renamed|abandoned|archived|closed)
        | used\ to\ (?:be|work|have|need|require|use|do|run) | migrat(?:e|ed|ing|ion)\ (?:away\ )?(?:from|off)
        | old(?:er)?\ (?:way|style|syntax|versions?|tutorials?|docs|documentation|name|image)
        | do(?:n['’]t|\ not)\ (?:use|run|type|install) | never\ use | stop\ using | in\ the\ past | back\ then
        | withdrawn | switched\ off | turned\ off | closed\ down | shut\b[^.\n]{0,60}\bdown
        | old(?:er)?\ (?:[a-z]+\ ){0,2}(?:posts?|answers?|tutorials?|guides?|books?|videos?|articles?)
        | what\ is\ (?:now|today) | (?:is|are)\ now\ (?:called|named|part) | nowadays | once\ (?:was|were|had)
        | in\ (?:[A-Z][a-z]+\ )?(?:19|20)\d\d | (?:first|last|previous|earlier)\ (?:edition|version|year)s?
        | (?:until|before|since)\ (?:19|20)\d\d
        | remplacée?s? | dépréciée?s? | obsolètes? | abandonnée?s? | anciennement | n['’](?:est|existe)\ plus
        | ne\ (?:fonctionne|marche)\ plus | ersetzt | veraltet | eingestellt | nicht\ mehr
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_JUST_BEFORE = re.compile(
    r"""\b(?:
        instead\ of | rather\ than | in\ place\ of | unlike | avoid | replaces? | successor\ (?:to|of) | not
        | au\ lieu\ d[eu] | plutôt\ que | statt
    )\s+(?:an?\s+|the\s+|using\s+|running\s+)?[`*_"'“]*$""",
    re.IGNORECASE | re.VERBOSE,
)


def looks_back(context: str, lead: str = "") -> bool:
    """Whether `context` tells of the past, or `lead`, right before the thing, sets it aside.

    >>> looks_back("Container Registry was replaced by Artifact Registry."), looks_back("", "Use A, not ")
    (True, True)
    """
    return _PAST.search(context) is not None or _JUST_BEFORE.search(lead[-60:]) is not None
