"""The account that the twin's token belongs to, and the repositories it may see."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from pytest_cloudlab.twin.github.errors import GithubError

LOGIN = "cloudlab-student"
BRANCH = "main"
"""The only one that the twin's git host has."""

API = "https://api.github.com"
WEB = "https://github.com"
MADE = "2026-01-01T00:00:00Z"
DEVCONTAINERS = (".devcontainer/devcontainer.json", ".devcontainer.json")

Resource = dict[str, Any]

_USER_LISTS = {
    "followers_url": "followers",
    "following_url": "following{/other_user}",
    "gists_url": "gists{/gist_id}",
    "starred_url": "starred{/owner}{/repo}",
    "subscriptions_url": "subscriptions",
    "organizations_url": "orgs",
    "repos_url": "repos",
    "events_url": "events{/privacy}",
    "received_events_url": "received_events",
}
_REPOSITORY_LISTS = {
    "archive_url": "{archive_format}{/ref}",
    "assignees_url": "assignees{/user}",
    "blobs_url": "git/blobs{/sha}",
    "branches_url": "branches{/branch}",
    "collaborators_url": "collaborators{/collaborator}",
    "comments_url": "comments{/number}",
    "commits_url": "commits{/sha}",
    "compare_url": "compare/{base}...{head}",
    "contents_url": "contents/{+path}",
    "contributors_url": "contributors",
    "deployments_url": "deployments",
    "downloads_url": "downloads",
    "events_url": "events",
    "forks_url": "forks",
    "git_commits_url": "git/commits{/sha}",
    "git_refs_url": "git/refs{/sha}",
    "git_tags_url": "git/tags{/sha}",
    "hooks_url": "hooks",
    "issue_comment_url": "issues/comments{/number}",
    "issue_events_url": "issues/events{/number}",
    "issues_url": "issues{/number}",
    "keys_url": "keys{/key_id}",
    "labels_url": "labels{/name}",
    "languages_url": "languages",
    "merges_url": "merges",
    "milestones_url": "milestones{/number}",
    "notifications_url": "notifications{?since,all,participating}",
    "pulls_url": "pulls{/number}",
    "releases_url": "releases{/id}",
    "stargazers_url": "stargazers",
    "statuses_url": "statuses/{sha}",
    "subscribers_url": "subscribers",
    "subscription_url": "subscription",
    "tags_url": "tags",
    "teams_url": "teams",
    "trees_url": "git/trees{/sha}",
}
_COUNTS = ("forks", "open_issues", "watchers", "forks_count", "open_issues_count", "watchers_count")


class Account:
    """`repositories` maps `owner/name` to the folder that git serves under that name."""

    def __init__(self, repositories: Mapping[str, str]) -> None:
        self._folders = {name.lower(): (name, Path(folder)) for name, folder in repositories.items()}

    def repository(self, name: str) -> str:
        """`owner/name` as it is spelt. Raises `GithubError` 404."""
        try:
            return self._folders[name.lower()][0]
        except KeyError:
            raise GithubError(404, "Not Found") from None

    def repository_with_id(self, number: int) -> str:
        found = next((name for name, _ in self._folders.values() if number_of(name) == number), None)
        if found is None:
            raise GithubError(404, "Not Found")
        return found

    def devcontainers(self, repository: str) -> list[str]:
        """The paths of its dev container files, that which GitHub takes first at the front."""
        folder = self._folders[repository.lower()][1]
        more = sorted(folder.glob(".devcontainer/*/devcontainer.json"))
        paths = [folder / path for path in DEVCONTAINERS] + more
        return [str(path.relative_to(folder)) for path in paths if path.is_file()]


def number_of(what: str) -> int:
    """The same for the same name, in every twin."""
    return int.from_bytes(hashlib.sha256(what.lower().encode()).digest()[:4], "big") >> 1


def user(login: str) -> Resource:
    """GitHub's short description of an account."""
    url, page = f"{API}/users/{login}", f"{WEB}/{login}"
    return {
        "login": login,
        "id": number_of(login),
        "node_id": _node("User", login),
        "avatar_url": f"{page}.png",
        "gravatar_id": "",
        "url": url,
        "html_url": page,
        **{name: f"{url}/{path}" for name, path in _USER_LISTS.items()},
        "type": "User",
        "site_admin": False,
    }


def own_user(repositories: Collection[str] = ()) -> Resource:
    """The account's description of itself."""
    told = ("name", "company", "location", "email", "hireable", "bio")
    return {
        **user(LOGIN),
        **dict.fromkeys(told),
        "blog": "",
        **dict.fromkeys(("public_gists", "followers", "following"), 0),
        "public_repos": len(repositories),
        "created_at": MADE,
        "updated_at": MADE,
    }


def repository(name: str) -> Resource:
    """GitHub's shorter description of a repository."""
    owner, _, short = name.partition("/")
    url, page = f"{API}/repos/{name}", f"{WEB}/{name}"
    return {
        "id": number_of(name),
        "node_id": _node("Repository", name),
        "name": short,
        "full_name": name,
        "private": False,
        "owner": user(owner),
        "html_url": page,
        "description": None,
        "fork": False,
        "url": url,
        **{key: f"{url}/{path}" for key, path in _REPOSITORY_LISTS.items()},
    }


def whole_repository(name: str) -> Resource:
    """Its longer one."""
    page = f"{WEB}/{name}"
    return {
        **repository(name),
        "git_url": f"git://github.com/{name}.git",
        "ssh_url": f"git@github.com:{name}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        **dict.fromkeys(("homepage", "language", "mirror_url", "license")),
        **dict.fromkeys(_COUNTS, 0),
        **dict.fromkeys(("size", "stargazers_count", "network_count", "subscribers_count"), 0),
        **dict.fromkeys(("has_issues", "has_projects", "has_wiki", "has_pages", "has_discussions"), False),
        **dict.fromkeys(("archived", "disabled"), False),
        "visibility": "public",
        "default_branch": BRANCH,
        "permissions": {"admin": False, "maintain": False, "push": True, "triage": True, "pull": True},
        **dict.fromkeys(("pushed_at", "created_at", "updated_at"), MADE),
    }


def _node(kind: str, name: str) -> str:
    return base64.b64encode(f"{kind}{number_of(name)}".encode()).decode()
