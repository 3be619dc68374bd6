"""Roles and members as IAM accepts them in a project's policy."""

from __future__ import annotations

import re

BASIC_ROLES = ("roles/owner", "roles/editor", "roles/viewer")

ROLES = frozenset(
    (
        *BASIC_ROLES,
        "roles/browser",
        *(f"roles/artifactregistry.{name}" for name in ("admin", "reader", "repoAdmin", "writer")),
        "roles/artifactregistry.createOnPushWriter",
        "roles/artifactregistry.createOnPushRepoAdmin",
        *(f"roles/bigquery.{name}" for name in ("admin", "dataEditor", "dataViewer", "jobUser", "user")),
        *(f"roles/cloudbuild.builds.{name}" for name in ("builder", "editor", "viewer")),
        *(f"roles/compute.{name}" for name in ("admin", "imageUser", "instanceAdmin", "instanceAdmin.v1")),
        *(f"roles/compute.{name}" for name in ("loadBalancerAdmin", "networkAdmin", "networkUser")),
        *(f"roles/compute.{name}" for name in ("networkViewer", "osAdminLogin", "osLogin", "publicIpAdmin")),
        *(f"roles/compute.{name}" for name in ("securityAdmin", "storageAdmin", "viewer")),
        *(f"roles/container.{name}" for name in ("admin", "clusterAdmin", "clusterViewer", "developer")),
        "roles/container.viewer",
        *(f"roles/iam.{name}" for name in ("securityAdmin", "securityReviewer", "roleAdmin", "roleViewer")),
        *(f"roles/iam.serviceAccount{name}" for name in ("Admin", "KeyAdmin", "TokenCreator", "User")),
        *(f"roles/logging.{name}" for name in ("admin", "logWriter", "viewer")),
        *(f"roles/monitoring.{name}" for name in ("admin", "editor", "metricWriter", "viewer")),
        *(f"roles/pubsub.{name}" for name in ("admin", "editor", "publisher", "subscriber", "viewer")),
        *(f"roles/run.{name}" for name in ("admin", "developer", "invoker", "viewer")),
        *(f"roles/secretmanager.{name}" for name in ("admin", "secretAccessor", "viewer")),
        *(f"roles/serviceusage.serviceUsage{name}" for name in ("Admin", "Consumer", "Viewer")),
        *(f"roles/storage.{name}" for name in ("admin", "objectAdmin", "objectCreator", "objectUser")),
        *(f"roles/storage.{name}" for name in ("objectViewer", "legacyBucketReader")),
    )
)
"""Those of the real service that the twin knows; their permissions it does not."""

_ROLE = re.compile(r"roles/[\w.]{1,64}|(projects|organizations)/[a-z0-9.:-]{1,64}/roles/[\w.]{3,64}")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_POOL = re.compile(r"//[a-z.]+\.googleapis\.com/[\x21-\x7e]{1,500}")
_KINDS = {
    "user": ("User", _EMAIL),
    "serviceAccount": ("Service account", _EMAIL),
    "group": ("Group", _EMAIL),
    "domain": ("Domain", _DOMAIN),
    "principal": ("Principal", _POOL),
    "principalSet": ("Principal set", _POOL),
}


def wrong_role(role: str) -> str:
    """What IAM says against that role; empty when it takes it.

    >>> wrong_role("roles/editor")
    ''
    >>> wrong_role("roles/potentate")
    'Role roles/potentate is not supported for this resource.'
    """
    match = _ROLE.fullmatch(role)
    if not match:
        return (
            'The role name must be in the form "roles/{role}", '
            '"organizations/{organization_id}/roles/{role}", or "projects/{project_id}/roles/{role}".'
        )
    if match[1]:
        return f"Role ({role}) does not exist in the resource's hierarchy."
    return "" if role in ROLES else f"Role {role} is not supported for this resource."


def wrong_member(member: str) -> str:
    """What IAM says against that member; empty when it takes it.

    >>> wrong_member("user:alice@example.com")
    ''
    >>> wrong_member("alice@example.com")
    'The member alice@example.com is of an unknown type. Please set a valid type prefix for the member.'
    """
    if member in ("allUsers", "allAuthenticatedUsers"):
        return "Members of type allUsers and allAuthenticatedUsers cannot be set on this resource."
    kind, _, rest = member.removeprefix("deleted:").partition(":")
    if kind not in _KINDS:
        return f"The member {member} is of an unknown type. Please set a valid type prefix for the member."
    if member.startswith("deleted:"):
        rest = re.sub(r"\?uid=\d+$", "", rest)
    name, pattern = _KINDS[kind]
    return "" if pattern.fullmatch(rest) else f"{name} {rest} does not exist."
