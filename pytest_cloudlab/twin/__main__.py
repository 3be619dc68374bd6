"""`python -m pytest_cloudlab.twin --state DIR`: the process that `control.up` starts."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from pytest_cloudlab.errors import CloudlabError
from pytest_cloudlab.twin.server import serve
from pytest_cloudlab.twin.state import Files


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m pytest_cloudlab.twin")
    parser.add_argument("--state", type=Path, required=True, metavar="DIR")
    files = Files(parser.parse_args().state)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = files.read_settings()
    if settings is None:
        sys.stderr.write(f"There are no settings in {files.folder}; `cloudlab twin up` writes them.\n")
        return 2
    try:
        asyncio.run(serve(files, settings))
    except CloudlabError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
