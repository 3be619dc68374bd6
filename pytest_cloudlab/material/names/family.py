"""Kinds of files, by their names' ends: what is saved as one kind is not fetched as another."""

from __future__ import annotations

import posixpath

_ENDS = {
    "weights": "pt pth ckpt h5 hdf5 keras onnx safetensors pkl pickle joblib pb tflite gguf npz mlmodel",
    "table": "csv tsv parquet feather xlsx xls arrow",
    "archive": "zip tar tgz tar.gz tar.bz2 tar.xz gz whl deb rpm",
    "picture": "png jpg jpeg svg gif pdf",
    "record": "json jsonl yaml yml log txt md html",
}
_FAMILIES = {end: family for family, ends in _ENDS.items() for end in ends.split()}


def family_of(name: str) -> str:
    """`weights` for `model.pt`; empty for what is none of them.

    >>> family_of("out/model.pth")
    'weights'
    """
    base = posixpath.basename(name).lower()
    stem, dot, end = base.rpartition(".")
    if not dot or not stem:
        return ""
    two = f"{stem.rpartition('.')[2]}.{end}"
    return _FAMILIES.get(two) or _FAMILIES.get(end, "")
