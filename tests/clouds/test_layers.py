from __future__ import annotations

import gzip
import io
import sys
import tarfile
import tracemalloc
import zlib

import pytest

from pytest_cloudlab.clouds.images import Layer
from pytest_cloudlab.clouds.layers import Found, Kind, Seeker, scan
from pytest_cloudlab.clouds.unfolding import Limits
from pytest_cloudlab.errors import CouldNotLook, TimedOut, TooMuch, UsageError
from pytest_cloudlab.waiting import Deadline

from .image_maker import digest_of, special, tar

MEBIBYTE = 1024 * 1024


def look(
    blob: bytes,
    path: str,
    *,
    max_bytes: int = 1000,
    limits: Limits | None = None,
    within_s: float = 10,
) -> Found:
    layer = Layer(digest_of(blob), "", len(blob))
    return scan(
        io.BytesIO(blob).read,
        layer,
        path,
        max_bytes=max_bytes,
        limits=limits or Limits(),
        deadline=Deadline.after(within_s),
    )


def read(path: str, *tars: bytes) -> Seeker:
    """What the layers, from the bottom to the top, have at the path."""
    seeker = Seeker(path, depth=len(tars))
    while seeker.wants_layer:
        seeker.take(look(tars[seeker.layer], seeker.path))
    return seeker


@pytest.mark.parametrize("name", ["a/b", "./a/b", "/a/b", "a//./b"])
def test_spellings(name: str) -> None:
    """However the tar spells a path, it is the same file."""
    assert read("/a/b", tar((name, b"x"))).content == b"x"


@pytest.mark.parametrize("pax", [False, True])
def test_long_names(pax: bool) -> None:
    """Names beyond a header's 100 bytes are read, in GNU's form and in pax's, and are not ASCII only."""
    path = "/".join(["é" * 50] * 6)
    blob = tar((path, b"x"), ("link", "/" + path), ("b", b"y"), pax=pax)
    assert read(path, blob).content == b"x"
    assert read("link", blob).content == b"x"
    assert read("b", blob).content == b"y"


def test_compressions() -> None:
    """Plain, gzip and gzip of several members are told apart by their bytes."""
    plain = tar(("a", b"x"), ("b", b"y" * 999))
    members = gzip.compress(plain[:700]) + gzip.compress(plain[700:])
    for blob in (plain, gzip.compress(plain), members):
        assert look(blob, "b").content == b"y" * 999


def test_zstd() -> None:
    """A layer compressed with zstd is read where a library for it is installed."""
    zstandard = pytest.importorskip("zstandard")
    blob = zstandard.ZstdCompressor().compress(tar(("a", b"x")))
    assert look(blob, "a").content == b"x"
    with pytest.raises(CouldNotLook, match="does not decompress"):
        look(blob[:8] + b"\xff" * 40, "a")


def test_zstd_without_a_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a library for zstd, the remedy names it."""
    for name in ("zstandard", "compression.zstd"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(CouldNotLook, match=r"zstd.*\npip install zstandard"):
        look(b"\x28\xb5\x2f\xfd" + bytes(20), "a")


def test_whiteout_of_the_file() -> None:
    """A file that a later layer deletes is gone, and one that is created again after that is there."""
    base, deletion, again = tar(("d/a", b"old"), ("d/b", b"b")), tar(("d/.wh.a", b"")), tar(("d/a", b"new"))
    gone = read("d/a", base, deletion)
    assert (gone.content, gone.because) == (None, ": one of its later steps deletes it")
    assert read("d/b", base, deletion).content == b"b"
    assert read("d/a", base, deletion, again).content == b"new"


def test_whiteout_of_a_folder() -> None:
    """Deleting a folder deletes what is in it; a folder whose name merely starts alike stays."""
    base, deletion = tar(("d/e/a", b"old"), ("d/ee/a", b"kept")), tar(("d/.wh.e", b""))
    assert read("d/e/a", base, deletion).content is None
    assert read("d/ee/a", base, deletion).content == b"kept"


@pytest.mark.parametrize("opaque", [".wh..wh..opq", "d/.wh..wh..opq", "d/e/.wh..wh..opq"])
def test_opaque_folder(opaque: str) -> None:
    """An opaque folder hides what lower layers have in it, not what its own layer has."""
    base = tar(("d/e/a", b"old"), ("d/e/b", b"old"))
    upper = tar(("d/e/b", b"new"), (opaque, b""))
    assert read("d/e/a", base, upper).content is None
    assert read("d/e/b", base, upper).content == b"new"


def test_opaque_folder_beside() -> None:
    """An opaque folder hides nothing outside it."""
    assert read("d/a", tar(("d/a", b"old")), tar(("x/.wh..wh..opq", b""))).content == b"old"


def test_file_in_the_place_of_a_folder() -> None:
    """A file put where a folder was hides all that was below."""
    assert read("d/a", tar(("d/a", b"old")), tar(("d", b"file"))).content is None


def test_later_entry_wins() -> None:
    """Of two entries of one name in a layer, the later one counts."""
    assert read("a", tar(("a", b"1"), ("a", b"2"))).content == b"2"


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("l", "d/a"),
        ("l", "/d/a"),
        ("d/l", "a"),
        ("x/y/l", "../../d/a"),
        ("l", "../../../d/a"),
        ("d/l", "./a"),
    ],
)
def test_symlink(link: str, target: str) -> None:
    """A symbolic link is followed inside the image, across layers; `..` stops at the image's root."""
    assert read(link, tar(("d/a", b"x")), tar((link, target))).content == b"x"
    assert read(link, tar((link, target)), tar(("d/a", b"x"))).content == b"x"


def test_symlinked_folder() -> None:
    """A path through a folder that is a symbolic link is followed."""
    base = tar(("usr/bin/tool", b"x"), ("bin", "usr/bin"))
    assert read("bin/tool", base, tar(("etc/x", b""))).content == b"x"


def test_symlink_out_of_the_image() -> None:
    """A link to a file of this machine reads the image's own file of that path, or none."""
    assert read("l", tar(("l", "/etc/passwd"))).content is None
    assert read("l", tar(("l", "../../../../etc/passwd"), ("etc/passwd", b"image"))).content == b"image"


def test_links_in_a_circle() -> None:
    """Links that lead round in a circle end in an error, not in an endless search."""
    with pytest.raises(CouldNotLook, match="from link to link"):
        read("a", tar(("a", "b"), ("b", "a")))


def test_hard_link() -> None:
    """A hard link is read from its own layer, whatever later layers put at the place it links to."""
    base = tar(("a", b"x"), special("h", tarfile.LNKTYPE, "a"))
    assert read("h", base).content == b"x"
    assert read("h", base, tar(("a", b"changed"))).content == b"x"


@pytest.mark.parametrize("kind", [tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_something_else(kind: bytes) -> None:
    """A folder, pipe or device of that name is no file."""
    seeker = read("a", tar(("a", b"old")), tar(special("a", kind)))
    assert (seeker.content, seeker.because) == (None, ": there is something else of that name, no file")


def test_entries_that_climb_out_are_nothing() -> None:
    """An entry whose path climbs with `..` is no file of the image."""
    assert read("a", tar(("../a", b"x"), ("d/../a", b"x"))).content is None


@pytest.mark.parametrize("path", ["", "/", "../a", "a/../../b"])
def test_paths_that_are_none(path: str) -> None:
    """A path that names no file is refused."""
    with pytest.raises(UsageError):
        Seeker(path, depth=1)


def test_too_many_entries() -> None:
    """More entries than the limit are too much; as many as the limit are not."""
    blob = tar(*((str(n), b"") for n in range(20)))
    assert look(blob, "19", limits=Limits(entries=20)).kind is Kind.FILE
    with pytest.raises(TooMuch, match="more than 19 entries"):
        look(blob, "19", limits=Limits(entries=19))


def _zeros(size: int, *, before: bytes) -> bytes:
    """gzip of `before` and `size` zero bytes, made without holding them."""
    packer = zlib.compressobj(1, wbits=31)
    parts = [packer.compress(before)]
    parts += [packer.compress(bytes(MEBIBYTE)) for _ in range(size // MEBIBYTE)]
    return b"".join([*parts, packer.flush()])


def _header(path: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    info = tarfile.TarInfo(path)
    info.size, info.type = size, kind
    return info.tobuf()


@pytest.mark.parametrize(
    "kind", [tarfile.REGTYPE, tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.XGLTYPE]
)
def test_bomb(kind: bytes) -> None:
    """A layer that unfolds to far more than its size is too much, and memory stays flat while reading it."""
    size = 200 * MEBIBYTE
    blob = _zeros(size, before=_header("x", size, kind))
    assert len(blob) < 2 * MEBIBYTE
    tracemalloc.start()
    try:
        with pytest.raises(TooMuch):
            look(blob, "a", limits=Limits(uncompressed_bytes=64 * MEBIBYTE))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * MEBIBYTE


def test_bomb_of_entries_in_flat_memory() -> None:
    """Entry after entry leaves nothing behind in memory."""
    blob = gzip.compress(_header("x/" + "n" * 80, 0) * 5_000, 1)
    tracemalloc.start()
    try:
        assert look(blob, "a").kind is Kind.ABSENT
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MEBIBYTE // 2


def test_bomb_meets_the_deadline() -> None:
    """Unfolding ends at the deadline, without waiting for more to arrive."""
    blob = _zeros(200 * MEBIBYTE, before=_header("x", 200 * MEBIBYTE))
    with pytest.raises(TimedOut):
        look(blob, "a", within_s=0.02)


@pytest.mark.parametrize(
    "blob",
    [
        b"no tar at all" * 100,
        _header("x", 5000) + b"short",
        b"\x1f\x8b" + b"\xff" * 30,
        gzip.compress(tar(("a", b"x")))[:60],
        _header("x", 20, tarfile.XHDTYPE) + b"999999999 path=a\n".ljust(512, b"\0"),
        _header("x", 5, tarfile.XHDTYPE) + b"abcde".ljust(512, b"\0"),
        _header("x", 13, tarfile.XHDTYPE) + b"13 size=-512\n".ljust(512, b"\0") + _header("y", 0),
        _header("x", 0, tarfile.GNUTYPE_SPARSE),
        _header("x", 5)[:124] + b"\xff" * 12 + _header("x", 5)[136:],
    ],
    ids=[
        "no-tar",
        "cut-content",
        "no-gzip",
        "cut-gzip",
        "long-pax",
        "odd-pax",
        "negative-size",
        "sparse",
        "negative-number",
    ],
)
def test_damaged(blob: bytes) -> None:
    """What is no readable tar says nothing about the image."""
    with pytest.raises(CouldNotLook):
        look(blob, "a")


def test_sparse_file_is_refused() -> None:
    """A file whose content is a map of its holes is not handed out as if it were the content."""
    pax = b"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n21 GNU.sparse.name=a\n"
    blob = _header("x", len(pax), tarfile.XHDTYPE) + pax.ljust(512, b"\0") + _header("GNUSparseFile.0/a", 0)
    with pytest.raises(CouldNotLook, match="sparse"):
        look(blob, "a")
