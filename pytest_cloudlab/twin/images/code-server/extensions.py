"""Extensions as folders, named as VS Code names them. What is in them is not there: nothing runs them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

GALLERY = {
    "charliermarsh.ruff": "2023.32.0",
    "ms-python.python": "2023.14.0",
    "ms-toolsai.jupyter": "2023.7.100",
    "ms-toolsai.jupyter-keymap": "1.1.2",
    "redhat.vscode-yaml": "1.14.0",
}
"""What can be installed, with the version it then has."""


class Extensions:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def installed(self) -> dict[str, str]:
        """Versions by name, in lower case; sorted."""
        found = {}
        for file in self._folder.glob("*/package.json"):
            package = json.loads(file.read_text())
            found[f"{package['publisher']}.{package['name']}".lower()] = str(package["version"])
        return dict(sorted(found.items()))

    def install(self, name: str) -> None:
        """Raises KeyError for one that the gallery does not have."""
        version = GALLERY[name.lower()]
        publisher, _, short = name.lower().partition(".")
        folder = self._folder / f"{publisher}.{short}-{version}-universal"
        folder.mkdir(parents=True, exist_ok=True)
        package = {"publisher": publisher, "name": short, "version": version}
        (folder / "package.json").write_text(json.dumps(package))

    def uninstall(self, name: str) -> bool:
        """Whether it was there."""
        folders = list(self._folder.glob(f"{name.lower()}-[0-9]*"))
        for folder in folders:
            shutil.rmtree(folder)
        return bool(folders)
