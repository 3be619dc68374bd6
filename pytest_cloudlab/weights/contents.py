"""What a pickle would do if it were loaded, read from its opcodes without doing it."""

from __future__ import annotations

import pickletools
import re
from collections.abc import Iterator

from pytest_cloudlab.redaction import plain
from pytest_cloudlab.weights.archive import RESAVE, RETRAIN
from pytest_cloudlab.weights.report import Unfit

NEEDED = re.compile(
    r"collections OrderedDict"
    r"|torch\._utils _rebuild_(tensor_v2|parameter)"
    r"|torch (Float|Double|Half|BFloat16|Long|Int|Short|Char|Byte|Bool)Storage"
)
"""What a dictionary of tensors names; each of these only holds data."""
MODELS = ("torch.nn.", "__main__ ")
TEXTS = ("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE", "STRING", "BINSTRING", "SHORT_BINSTRING")


def require_plain_weights(pickle: bytes, *, most_calls: int) -> None:
    """Raises `Unfit` unless `pickle` names nothing beyond tensors, and makes at most `most_calls` of them."""
    calls = 0
    foreign: list[str] = []
    try:
        for name, calling in _steps(pickle):
            calls += calling
            if name and not NEEDED.fullmatch(name):
                foreign.append(name)
    except Exception as error:  # pickletools raises whatever the damage makes of it
        raise Unfit(
            "damaged",
            f"The model file's list of tensors cannot be read ({plain(str(error), 120)}).",
            RETRAIN,
        ) from None
    if foreign:
        raise _refusal(foreign)
    if calls > most_calls:
        raise Unfit(
            "contents",
            f"The model file builds {calls:,} objects; the weights of this network are far fewer.",
            RESAVE,
        )


def _steps(pickle: bytes) -> Iterator[tuple[str, bool]]:
    """For each opcode, the global it fetches, if any, and whether it calls something."""
    texts: list[str] = []
    for opcode, argument, _ in pickletools.genops(pickle):
        name = ""
        if opcode.name in TEXTS:
            texts = [*texts[-1:], str(argument)]
        elif opcode.name in ("GLOBAL", "INST"):
            name = str(argument)
        elif opcode.name == "STACK_GLOBAL":
            # The names lie on the stack; the last two texts are a guess that is right for real files.
            name = " ".join(texts) or "something"
        elif opcode.name.startswith("EXT"):
            name = f"copyreg extension {argument}"
        yield name, opcode.name in ("REDUCE", "BUILD", "OBJ", "INST", "NEWOBJ", "NEWOBJ_EX", "BINPERSID")


def _refusal(foreign: list[str]) -> Unfit:
    model = next((name for name in foreign if name.startswith(MODELS)), None)
    code = next((name for name in foreign if not name.startswith(("torch", "__main__ "))), None)
    if model and code in (None, "__builtin__ set", "builtins set"):
        return Unfit(
            "whole-model",
            f"The model file holds a whole model ({_shown(model)}), which only its own program can load; "
            "expected its weights alone. It was not loaded.",
            RESAVE,
        )
    if code:
        return Unfit(
            "code",
            f"Loading the model file would call {_shown(code)}, which has nothing to do with weights. It "
            "was not loaded.",
            RETRAIN,
        )
    return Unfit(
        "contents",
        f"The model file holds {_shown(foreign[0])}, and not only plain tensors. It was not loaded.",
        RESAVE,
    )


def _shown(name: str) -> str:
    return plain(name.replace(" ", "."), 80)
