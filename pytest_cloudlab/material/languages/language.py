"""What language a block is in, whichever of its names the page uses."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from pytest_cloudlab.material.block import Block

NAMES = {
    "shell": "shell bash sh zsh ksh dash ash shell-script shellscript",
    "console": "console shell-session shellsession sh-session bash-session terminal term tty",
    "powershell": "powershell ps ps1 pwsh posh pwsh-session ps1con",
    "batch": "bat batch cmd dosbatch winbatch doscon",
    "python": "python py python3 py3 sage",
    "pycon": "pycon python-console python-repl",
    "ipython": "ipython ipython3",
    "dockerfile": "dockerfile docker containerfile",
    "yaml": "yaml yml docker-compose",
    "json": "json geojson",
    "jsonc": "jsonc jsonwithcomments",
    "jsonlines": "jsonl ndjson jsonlines",
    "toml": "toml",
    "sql": "sql",
    "sqlite": "sqlite sqlite3",
    "postgres": "postgresql postgres psql pgsql plpgsql",
    "mysql": "mysql mariadb",
    "bigquery": "bigquery bq googlesql",
    "tsql": "tsql t-sql transact-sql",
    "makefile": "makefile make mk gnumake",
    "text": "text txt plain plaintext plain-text",
    "output": "output none log logs nohighlight no-highlight raw ascii tree stdout stderr",
}
_CANONICAL = {name: canonical for canonical, names in NAMES.items() for name in names.split()}
SHELLS = frozenset({"shell", "console"})
"""What `bash` understands."""

_TITLE = re.compile(r"""\b(?:title|file|filename|name)\s*=\s*["']?([^"'\s}]{1,200})""")
_BY_NAME = {"makefile": "makefile", "gnumakefile": "makefile", "containerfile": "dockerfile"}
_COMMENTED_JSON = re.compile(
    r"(?:^|/)(?:devcontainer(?:-feature)?|(?:ts|js)config(?:\.[\w-]+)?|\.eslintrc|renovate)\.json$"
    r"|(?:^|/)\.vscode/[\w-]+\.json$|^(?:settings|launch|tasks|keybindings|extensions)\.json$"
    r"|\.code-workspace$"
)


def canonical(name: str) -> str:
    """`shell` for `bash`, `yaml` for `yml`; a name that is not known stays as it is, in lower case."""
    bare = name.strip().strip("{}").strip().lstrip(".").lower()
    return _CANONICAL.get(bare, bare)


def title_of(block: Block) -> str:
    """The file that the block's first line says it is; empty when it says none."""
    found = _TITLE.search(block.options[:1000])
    return found.group(1) if found else ""


def language_of(block: Block) -> str:
    """Its language by the name after the fence, or by its title where that says more. Empty when it has none.

    >>> language_of(block)  # ```docker, ```text title="Dockerfile"
    'dockerfile'
    """
    language = canonical(block.language)
    title = title_of(block)
    if not title:
        return language
    name = PurePosixPath(title).name.lower()
    if language in ("", "text"):
        if name in _BY_NAME:
            return _BY_NAME[name]
        if name == "dockerfile" or name.startswith("dockerfile.") or name.endswith(".dockerfile"):
            return "dockerfile"
    if language == "json" and _COMMENTED_JSON.search(title.lower()):
        return "jsonc"
    return language
