"""What is no model is told from what is one without torch, in a plain sentence, and nothing in it runs."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from pytest_cloudlab.weights import Digits, Network, judge
from pytest_cloudlab.weights.archive import take_apart
from pytest_cloudlab.weights.contents import require_plain_weights
from pytest_cloudlab.weights.loading import load
from pytest_cloudlab.weights.report import Unfit
from tests.weights.bombs import Bomb, archive, hungry, pickled
from tests.weights.conftest import saved

REFUSED_WITHIN_BYTES = 64 << 20
"""A process that has not even loaded torch."""


class Whole(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(784, 10)


def script(_: Path) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings(action="ignore"):  # newer torch has other formats to offer
        torch.jit.save(torch.jit.trace(nn.Linear(2, 2), torch.rand(1, 2)), file)  # type: ignore[no-untyped-call]
    return file.getvalue()


def bomb(size_bytes: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        made.writestr("model/data.pkl", pickled({}))
        with made.open("model/data/0", "w") as entry:
            for _ in range(size_bytes >> 20):
                entry.write(bytes(1 << 20))
    return packed.getvalue()


def legacy(_: Path) -> bytes:
    file = io.BytesIO()
    torch.save({"fc.weight": torch.rand(10, 784)}, file, _use_new_zipfile_serialization=False)
    return file.getvalue()


def tar(canary: Path) -> bytes:
    file = io.BytesIO()
    content = pickled(Bomb(canary))
    with tarfile.open(fileobj=file, mode="w") as made:
        entry = tarfile.TarInfo("pickle")
        entry.size = len(content)
        made.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def overlapping() -> bytes:
    """Two entries of the table of contents that claim the same bytes."""
    once = archive({"data.pkl": pickled({}), "data/0": bytes(10_000)})
    start, end = once.rindex(b"PK\x01\x02"), once.rindex(b"PK\x05\x06")
    again = once[start:end].replace(b"model/data/0", b"model/data/1")
    count = (3).to_bytes(2, "little")
    size = (end - once.index(b"PK\x01\x02") + len(again)).to_bytes(4, "little")
    return once[:end] + again + once[end : end + 8] + count * 2 + size + once[end + 16 :]


WEIGHTS = {"fc.weight": torch.zeros(10, 784), "fc.bias": torch.zeros(10)}

FILES: dict[str, tuple[Callable[[Path], bytes], str, str]] = {
    "empty": (lambda _: b"", "empty", "is empty"),
    "text": (lambda _: "<html>\nnot found ☹".encode(), "text", "a text file that begins with '<html> not"),
    "noise": (lambda _: b"\x00\x9f\x92\x96" * 50, "unknown", "begins with the bytes 00 9f 92 96 00"),
    "truncated": (lambda _: saved(WEIGHTS)[:20_000], "truncated", "was cut short"),
    "cut-by-little": (lambda _: saved(WEIGHTS)[:-30], "truncated", "was cut short"),
    "flipped": (lambda _: saved(WEIGHTS).replace(bytes(20_000), b"\1" * 20_000, 1), "damaged", "Bad CRC-32"),
    "script": (script, "torchscript", "a TorchScript program, which is code"),
    "legacy": (legacy, "pickle", "a bare Python pickle"),
    "bare-bomb": (lambda canary: pickled(Bomb(canary)), "pickle", "It was not loaded"),
    "tar-bomb": (tar, "legacy", "a tar archive"),
    "bomb": (lambda canary: archive({"data.pkl": pickled(Bomb(canary))}), "code", "would call posix.system"),
    "new-bomb": (
        lambda canary: archive({"data.pkl": pickled(Bomb(canary), 4)}), "code", "would call posix.system",
    ),
    "hidden-bomb": (
        lambda canary: archive({"data.pkl": pickled({"fc.weight": [1, {"a": Bomb(canary)}]})}),
        "code", "would call posix.system",
    ),
    "old-bomb": (
        lambda canary: archive({"data.pkl": pickled(Bomb(canary), 0)}), "code", "would call posix.system",
    ),
    "instance": (
        lambda _: archive({"data.pkl": b"(S'true'\nios\nsystem\n."}), "code", "would call os.system",
    ),
    "extension": (lambda _: archive({"data.pkl": b"\x80\x02\x82\x01."}), "code", "copyreg.extension.1"),
    "no-pickle": (lambda _: archive({"data.pkl": b"hello"}), "damaged", "list of tensors cannot be read"),
    "whole-model": (lambda _: saved(Whole()), "code", "Whole"),
    "zip-bomb": (lambda _: bomb(400 << 20), "zip-bomb", "claims to unpack to 419,430,4"),
    "overlap": (lambda _: overlapping(), "zip-bomb", "claims to unpack to 20,0"),
    "packed": (
        lambda _: archive({"data.pkl": pickled({})}, packed=zipfile.ZIP_DEFLATED), "compressed", "compressed",
    ),
    "foreign-entry": (
        lambda _: archive({"data.pkl": pickled({}), "../../x": b""}), "layout", "an entry 'model/../../x'",
    ),
    "other-zip": (lambda _: archive({"version": b"3"}), "layout", "without data.pkl"),
    "many": (
        lambda _: archive({f"data/{at}": b"" for at in range(1_001)}), "layout", "more than 1,000 entries",
    ),
    "long-list": (lambda _: archive({"data.pkl": pickled("x" * 100_000)}), "contents", "has 100,0"),
    "many-objects": (lambda _: archive({"data.pkl": hungry(141)}), "contents", "builds 141 objects"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_it_is_refused_and_nothing_runs(
    name: str, tmp_path: Path, network: Network, held_out: Digits
) -> None:
    """Each kind has a sentence and a remedy of its own, within the memory of a process without torch."""
    make, kind, said = FILES[name]
    canary = tmp_path / "canary"
    file = tmp_path / "mnist_cnn.pt"
    file.write_bytes(make(canary))
    report = judge(file, network, held_out)
    assert report.problem
    assert (report.problem.kind, report.accuracy) == (kind, None)
    assert said in report.problem.message
    assert report.problem.remedy
    assert report.problem.message.isprintable()
    assert not canary.exists()
    assert 0 < report.peak_rss_bytes < REFUSED_WITHIN_BYTES + 2 * file.stat().st_size
    assert report.size_bytes == file.stat().st_size


def test_the_bomb_is_live(tmp_path: Path) -> None:
    """What the other tests keep from running does run where it is unpickled."""
    canary = tmp_path / "canary"
    (tmp_path / "bomb").write_bytes(pickled(Bomb(canary)))
    code = "import pickle, sys; pickle.load(open(sys.argv[1], 'rb'))"
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "bomb")], check=True, timeout=30)
    assert canary.exists()


def test_torch_would_refuse_too(tmp_path: Path) -> None:
    """Behind the look at the opcodes stands torch's own loader of weights alone."""
    canary = tmp_path / "canary"
    data = archive({"data.pkl": pickled(Bomb(canary)), "version": b"3\n", "byteorder": b"little"})
    taken = take_apart(data, unpacked_bytes=1 << 20, pickle_bytes=1 << 20)
    with pytest.raises(Unfit, match="what torch does not take for weights"):
        load(taken)
    assert not canary.exists()


def test_a_whole_model_of_the_script_itself_says_so() -> None:
    """The likeliest mistake: torch.save(model) instead of its state dict. `__main__` is the script."""
    names = [b"c__main__\nDigitNet\n0", b"ctorch.nn.modules.conv\nConv2d\n0", b"c__builtin__\nset\n0"]
    with pytest.raises(Unfit) as told:
        require_plain_weights(b"\x80\x02" + b"".join(names) + b"N.", most_calls=10)
    assert told.value.problem.kind == "whole-model"
    assert "state_dict()" in told.value.problem.remedy


def test_a_sparse_file_of_10_gb_is_not_read(tmp_path: Path, network: Network, held_out: Digits) -> None:
    """Its size is all that is asked for; no process is started, and nothing is hashed."""
    file = tmp_path / "mnist_cnn.pt"
    with file.open("wb") as sparse:
        sparse.truncate(10 << 30)
    report = judge(file, network, held_out)
    assert report.problem
    assert report.problem.message == (
        "The model file has 10,737,418,240 bytes; this network's weights take about 31,400, and at most "
        "67,108,864 are read."
    )
    assert (report.sha256, report.peak_rss_bytes) == ("", 0)


def test_plain_weights_pass(trained: dict[str, Tensor]) -> None:
    """Of torch.save, and of tensors that are a module's own parameters."""
    for content in (trained, {name: nn.Parameter(value) for name, value in trained.items()}):
        taken = take_apart(saved(content), unpacked_bytes=1 << 20, pickle_bytes=1 << 16)
        require_plain_weights(taken.pickle, most_calls=140)
        assert load(taken).keys() == trained.keys()
