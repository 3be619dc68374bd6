"""Hosts of repositories answer 404 both for what is gone and for what the asker may not see."""

from __future__ import annotations

from urllib.parse import urlsplit

_HOSTS = {
    "github.com": "github.com",
    "www.github.com": "github.com",
    "raw.githubusercontent.com": "github.com",
    "bitbucket.org": "bitbucket.org",
    "huggingface.co": "",
}
"""By name, where `owner/repository` is looked up; empty where that is not known."""


def public_part(url: str) -> str:
    """The address that must be there before a 404 of `url` means anything; empty when none can tell.

    >>> public_part("https://github.com/octo/app/blob/main/run.py")
    'https://github.com/octo/app'
    >>> public_part("https://github.com/octo/app")
    ''
    >>> public_part("https://example.org/run.py")
    'https://example.org/run.py'
    """
    parts = urlsplit(url)
    name = (parts.hostname or "").lower()
    if name not in _HOSTS and not name.startswith(("bitbucket.", "git.", "gitea.", "github.", "gitlab.")):
        return url
    folders = [part for part in parts.path.split("/") if part]
    if name == "gitlab.com" and "-" in folders:  # its projects stand in groups of any depth
        return f"https://gitlab.com/{'/'.join(folders[: folders.index('-')])}"
    if _HOSTS.get(name) and len(folders) > 2:
        return f"https://{_HOSTS[name]}/{folders[0]}/{folders[1]}"
    return ""
