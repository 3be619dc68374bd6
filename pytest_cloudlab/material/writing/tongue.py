"""Whether text is English, by its most frequent words."""

from __future__ import annotations

import re

_FREQUENT = "the and of to is in you your this that with for are it on be can will if from an by not"
_ENGLISH = frozenset(_FREQUENT.split())
_OTHERS = tuple(
    frozenset(words.split())
    for words in (
        "le la les des une est et du dans pour vous que qui sur avec pas ce cette votre au aux sont il nous",
        "der die das und ist ein eine mit für nicht sie den von zu auf im dem wird sich werden ihre kann",
        "el los las una que en por con para es su se del como más lo está son puede esta",
        "il lo gli una che di per con non è sono del della nel alla questo come può",
        "o os as uma que em para com não é do da no na se por sua você mais",
        "de het een en van is dat op te zijn voor met niet aan om je deze",
    )
)
_WORD = re.compile(r"[^\W\d_]+")
MAX_WORDS = 5000


def is_english(text: str, *, at_least: int = 3) -> bool:
    """Whether English words are frequent, and clearly more so than those of its neighbours.

    >>> is_english("You will find the file in this folder."), is_english("Ouvrez le fichier dans ce dossier.")
    (True, False)
    """
    words = [match.group().lower() for match in _WORD.finditer(text, 0, 50_000)][:MAX_WORDS]
    english = sum(word in _ENGLISH for word in words)
    others = max(sum(word in each for word in words) for each in _OTHERS)
    return english >= at_least and english > 2 * others and english * 14 >= len(words)
