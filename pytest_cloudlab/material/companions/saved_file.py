"""The files that a Python script saves and loads, by the names that its source spells out."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pytest_cloudlab.material.companions.python_source import Tree, keyword, tree_of
from pytest_cloudlab.material.names.family import family_of

MAX_CHARACTERS = 256 * 1024

_SECOND = frozenset(
    {"torch.save", "torch.jit.save", "joblib.dump", "safetensors.torch.save_file", "skops.io.dump"}
)
"""Functions that take the file as their second argument."""
_WRITERS = (
    "numpy.save numpy.savez numpy.savez_compressed numpy.savetxt cv2.imwrite matplotlib.pyplot.savefig"
    " torchvision.utils.save_image keras.models.save_model tensorflow.keras.models.save_model"
)
_FIRST = frozenset(_WRITERS.split())
_METHOD_NAMES = (
    "save savefig to_csv to_parquet to_json to_pickle to_excel to_feather save_model save_weights"
    " write_csv write_parquet"
    " save_checkpoint write_image"
)
_METHODS = frozenset(_METHOD_NAMES.split())
"""Methods that take the file as their first argument."""
_LOADERS = (
    "torch.load torch.jit.load joblib.load numpy.load pandas.read_csv pandas.read_parquet pandas.read_json"
    " pandas.read_pickle pandas.read_feather cv2.imread keras.models.load_model"
    " tensorflow.keras.models.load_model"
    " polars.read_csv polars.read_parquet onnxruntime.InferenceSession safetensors.torch.load_file"
)
_LOADS = frozenset(_LOADERS.split())
_LOAD_METHODS = frozenset({"load_weights", "load_model", "load_from_checkpoint"})


@dataclass(frozen=True)
class NamedFile:
    name: str
    """Without its folder."""
    line: int
    saved: bool
    option: str = ""
    """The script's option that gives it another name."""


@dataclass(frozen=True)
class NamedFiles:
    files: tuple[NamedFile, ...] = ()
    unnamed: frozenset[str] = frozenset()
    """Kinds of which it saves files whose names are not spelt out; `*` where not even the kind is known."""

    def saved(self, family: str) -> tuple[NamedFile, ...]:
        return tuple(each for each in self.files if each.saved and family_of(each.name) == family)

    def loaded(self, family: str) -> tuple[NamedFile, ...]:
        return tuple(each for each in self.files if not each.saved and family_of(each.name) == family)


@lru_cache(maxsize=2048)
def files_of_source(source: str) -> NamedFiles | None:
    """None for what is no Python."""
    if len(source) > MAX_CHARACTERS:
        return None
    tree = tree_of(source)
    if tree is None:
        return None
    reader = _Reader(tree)
    return NamedFiles(tuple(reader.files()), frozenset(reader.unnamed))


class _Reader:
    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.unnamed: set[str] = set()
        self._values = self._assigned()
        self._options = self._defaults()

    def files(self) -> Iterator[NamedFile]:
        for call in self._tree.calls:
            node, saved = self._file(call)
            if node is None:
                continue
            name, option = self._name(node)
            if name:
                yield NamedFile(name, call.lineno, saved, option)
            elif saved:
                self.unnamed.add(_family_of_call(self._tree.full_name(call.func)) or self._ending(node))

    def _file(self, call: ast.Call) -> tuple[ast.expr | None, bool]:
        """The expression of the file that a call saves or loads."""
        function = self._tree.full_name(call.func)
        arguments = call.args
        first = arguments[0] if arguments else None
        if function in _SECOND:
            return (
                arguments[1] if len(arguments) > 1 else keyword(call, "f") or keyword(call, "filename")
            ), True
        if function in _FIRST:
            return first, True
        if function in _LOADS:
            return first, False
        if function in ("open", "io.open", "gzip.open"):
            mode = self._mode(call, 1)
            return first, any(letter in mode for letter in "wax")
        if function == "torch.onnx.export":
            return (arguments[2] if len(arguments) > 2 else keyword(call, "f")), True
        if not isinstance(call.func, ast.Attribute):
            return None, False
        method = call.func.attr
        if method in ("write_text", "write_bytes"):
            return call.func.value, True
        if method == "open" and not function.startswith(("os.", "webbrowser.", "zipfile.", "PIL.")):
            return call.func.value, any(letter in self._mode(call, 0) for letter in "wax")
        if method in _METHODS:
            named = first or keyword(call, "path") or keyword(call, "filepath") or keyword(call, "fname")
            return named, True
        if method in _LOAD_METHODS:
            return first, False
        return None, False

    def _mode(self, call: ast.Call, index: int) -> str:
        node = call.args[index] if len(call.args) > index else keyword(call, "mode")
        return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "r"

    def _assigned(self) -> dict[str, ast.expr | None]:
        """What names stand for; None for those that are given several values."""
        found: dict[str, ast.expr | None] = {}
        for node in self._tree.nodes:
            targets: list[ast.expr] = []
            value: ast.expr | None = None
            if isinstance(node, ast.Assign):
                targets, value = node.targets, node.value
            elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
                targets, value = [node.target], node.value
            elif isinstance(node, (ast.For, ast.comprehension)):
                targets = [node.target]
            elif isinstance(node, ast.arg):
                found[node.arg] = None
            for target in targets:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        single = name is target and name.id not in found
                        found[name.id] = value if single else None
        return found

    def _defaults(self) -> dict[str, tuple[str, str]]:
        """`{"output": ("model.pt", "--output")}` of the script's argparse."""
        found: dict[str, tuple[str, str]] = {}
        for call in self._tree.calls:
            if not (isinstance(call.func, ast.Attribute) and call.func.attr == "add_argument" and call.args):
                continue
            names = [node.value for node in call.args if isinstance(node, ast.Constant)]
            option = next((name for name in names if isinstance(name, str) and name.startswith("--")), "")
            given = keyword(call, "dest")
            default = self._literal(keyword(call, "default"))
            dest = given.value if isinstance(given, ast.Constant) else option.lstrip("-").replace("-", "_")
            if option and default and isinstance(dest, str):
                found[dest] = (default, option)
        return found

    def _name(self, node: ast.expr, depth: int = 6) -> tuple[str, str]:
        """The file's name, and the option that changes it; empty where it is not spelt out."""
        if literal := self._literal(node):
            return posixpath.basename(literal.replace("\\", "/")), ""
        if not depth:
            return "", ""
        if isinstance(node, ast.Name) and (value := self._values.get(node.id)) is not None:
            return self._name(value, depth - 1)
        if isinstance(node, ast.Attribute) and node.attr in self._options:
            default, option = self._options[node.attr]
            return posixpath.basename(default), option
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            return self._name(node.right, depth - 1)
        if isinstance(node, ast.Call) and node.args:
            function = self._tree.full_name(node.func)
            if function in (
                "os.path.join",
                "str",
                "pathlib.Path",
                "Path",
                "open",
                "os.fspath",
                "os.path.abspath",
            ):
                joined = function in ("os.path.join", "pathlib.Path", "Path")
                return self._name(node.args[-1 if joined else 0], depth - 1)
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[-1], ast.Constant):
            end = self._literal(node.values[-1])
            return (posixpath.basename(end), "") if "/" in end else ("", "")
        return "", ""

    def _literal(self, node: ast.expr | None) -> str:
        return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""

    def _ending(self, node: ast.expr) -> str:
        """The kind that a name has of which only the end is spelt out."""
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[-1], ast.Constant):
            return family_of("x" + self._literal(node.values[-1])) or "*"
        if isinstance(node, ast.BinOp):
            return family_of("x" + self._literal(node.right)) or "*"
        return "*"


def _family_of_call(function: str) -> str:
    if function in _SECOND or function.endswith((".save_model", ".save_weights", ".save_checkpoint")):
        return "weights"
    return "picture" if function.endswith(("savefig", "imwrite", "save_image")) else ""
