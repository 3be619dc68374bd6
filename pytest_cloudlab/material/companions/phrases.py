"""What sentences say, by their words: that something is made, where students are, where they go."""

from __future__ import annotations

import re

MAKES = re.compile(
    r"\b(?:creat|writ|wrote|sav(?:e|es|ed|ing)\b|mak(?:e|es|ing)\b|made\b|add|new\b|generat|produc|downloa"
    r"|uploa|renam|cop(?:y|ies|ied)|put|past(?:e|ing)|export|output|stor(?:e|es|ed|ing)\b|nam(?:e|ed|ing)\b"
    r"|call(?:ed)?\b|dump|extract|unpack|unzip|appear|will be|now (?:have|has)|drag|convert|compil"
    r"|log(?:s|ged)\b|your own\b|fetch|place[ds]?\b"
    r"|cr[ée]e|enregistr|[ée]cri|t[ée]l[ée]charg|nomm|copi|ajout|g[ée]n[èé]r)",
    re.IGNORECASE,
)
"""A sentence makes what it names, or says that something does."""
NOT_THERE = re.compile(
    r"\b(?:remov|delet|missing|instead|no longer|used to|formerly|example|e\.g|such as|like\b|for instance"
    r"|would|could|imagine|if\b|never|not\b|no\b|or\b|pattern|convention|usually|typically|old\b|previous"
    r"|was\b|were\b|replac|mov(?:e|ed|ing)\b|split|suppos|assum|your\b|exercise|solution|todo|upstream"
    r"|container|image\b|inside|will\b|want|need|should|must\b|let's|let us|yet\b|may\b|might|perhaps|maybe"
    r"|type\b|enter\b|implement\b|define\b|fill|complet|start\b|begin|develop|design|refactor|organi[sz]|plan"
    r"|task|challenge|bonus|optional|later|soon|next|another|other|similar|own\b)|n['’]t\b",
    re.IGNORECASE,
)
"""It speaks of what is not there, not yet or no longer, or of anything in general."""
IS_THERE = re.compile(
    r"\b(?:open|look|see|read|inspect|examine|view|check|study|browse|find|in|from|contains?|defines|implements"
    r"|lives?|located|has|have|shows?|holds?|explains?|describes?|documented"
    r"|(?:file|script|module|code|class|function|notebook|recipe|program|program's|source))\b",
    re.IGNORECASE,
)
"""It takes what it names for granted."""
LEADS = re.compile(
    r"\b(?:(?:new|another|other|second|third|separate|different|fresh) (?:terminal|tab|window|shell|session)"
    r"|(?:go(?:ing)?|come|came) (?:back|up)"
    r"|(?:go|move|change|switch|navigate)\b[^.\n]{0,60}\b(?:folder|directory|repo|project|root)"
    r"|return(?:ing)?\b|back (?:to|in|on|at)\b|leave\b|parent (?:folder|directory)"
    r"|(?:from|in|at|of) the (?:root|top|base|parent|main)|home (?:folder|directory)|reconnect|restart)",
    re.IGNORECASE,
)
"""Into another folder or terminal, perhaps."""
ELSEWHERE = re.compile(
    r"\b(?:(?:your|the|a) (?:own |local |personal )?(?:laptop|computer|pc|desktop)|local(?:ly)?\b"
    r"|(?:on|in|inside|into|within|from|to) (?:the|your|this|that|its) (?:[\w-]+ )?(?:vm|virtual machine"
    r"|instance|server|container|pod|cluster|remote|host|node|droplet|machine)"
    r"|cloud shell|another machine)\b",
    re.IGNORECASE,
)
"""What follows is typed on another machine, perhaps."""
RETURNS = re.compile(
    r"\b(?:back (?:on|in|to|at) (?:your|the)"
    r"|(?:in|from|on) your (?:\w+ )?(?:codespace|laptop|computer|machine)"
    r"|(?:exit|leave|close|quit|end) (?:the |your )?(?:ssh|vm|container|session|connection|machine|pod)"
    r"|log(?:ged)? ?out|disconnect)\b",
    re.IGNORECASE,
)
"""From another machine."""
SEVERAL = re.compile(
    r"\bssh\b|codespace|\bvms?\b|virtual machine|kubectl|docker (?:exec|run)|\bcluster|\binstance|\bremote",
    re.IGNORECASE,
)
"""More than one machine plays a part on a page."""
TELLS = re.compile(
    r"\b(?:run|launch|start|execute|type|install|build|then|lancez|ex[ée]cutez|tapez|installez)\b[^.`]{0,50}$",
    re.IGNORECASE,
)
"""What stands before a command that is to be typed."""
INSIDE = re.compile(
    r"\b(?:in|into|inside|to|from|at|of) (?:the |your )?(?:cloned |project |repository )?"
    r"(?:folder|directory|repository|repo|clone|root|checkout)\W*$",
    re.IGNORECASE,
)
"""What stands before the name of the folder that students are in."""
INSIDE_AFTER = re.compile(r"\W*(?:folder|directory|repository|repo|clone|checkout)\b", re.IGNORECASE)
INSIDE_BEFORE = re.compile(r"\b(?:in|into|inside|from) (?:the |your )?(?:folder )?$", re.IGNORECASE)
SENTENCE = re.compile(r"[.!?;](?=\s|$)")
READS = re.compile(
    r"\b(?:open|look(?:ing)? (?:at|into)|have a look|inspect|read|see|view|examine|shows?|contents? of"
    r"|source(?: code)? of|heart of|part of|excerpt|extract from|here is|already|existing|defined in|found in"
    r"|comes with|has)\b",
    re.IGNORECASE,
)
"""A paragraph introduces code as something to read."""
