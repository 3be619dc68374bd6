#!/usr/bin/env bash
# Style, types, and the arrows between the layers. Types and arrows are those of an installed wheel: the
# mapping of checks/ and fixtures/ into the package is invisible to tools that read the source tree.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$PWD/.venv/bin
"$bin/ruff" check .
"$bin/ruff" format --check .
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
rm -rf build  # what an earlier wheel was built of, modules among it that are gone by now
"$bin/python" -m pip wheel -qq --disable-pip-version-check --no-deps --wheel-dir "$scratch/wheel" .
"$bin/python" -m pip install -qq --disable-pip-version-check --no-deps --target "$scratch/site" "$scratch"/wheel/*.whl
cp pyproject.toml "$scratch/site/"
cd "$scratch/site"
# Types resolve third-party packages from .venv, and this package from the wheel in front of it.
MYPYPATH="$scratch/site" "$bin/mypy" --config-file pyproject.toml --python-executable "$bin/python" \
  --cache-dir "$scratch/mypy" pytest_cloudlab
PYTHONPATH="$scratch/site" "$bin/lint-imports" --config pyproject.toml
