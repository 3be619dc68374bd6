"""The short names that gcloud gives to access scopes; the API knows the long ones only.

Source: the table in the help of `gcloud compute instances create --scopes`.
"""

from __future__ import annotations

PREFIX = "https://www.googleapis.com/auth/"

ALIASES = {
    "bigquery": "bigquery",
    "cloud-platform": "cloud-platform",
    "cloud-source-repos": "source.full_control",
    "cloud-source-repos-ro": "source.read_only",
    "compute-ro": "compute.readonly",
    "compute-rw": "compute",
    "datastore": "datastore",
    "logging-write": "logging.write",
    "monitoring": "monitoring",
    "monitoring-read": "monitoring.read",
    "monitoring-write": "monitoring.write",
    "pubsub": "pubsub",
    "service-control": "servicecontrol",
    "service-management": "service.management.readonly",
    "storage-full": "devstorage.full_control",
    "storage-ro": "devstorage.read_only",
    "storage-rw": "devstorage.read_write",
    "taskqueue": "taskqueue",
    "trace": "trace.append",
    "userinfo-email": "userinfo.email",
}


def expand(scope: str) -> str:
    """The long name of a scope, whichever of the two it is given as.

    >>> expand("storage-rw")
    'https://www.googleapis.com/auth/devstorage.read_write'
    """
    return PREFIX + ALIASES[scope] if scope in ALIASES else scope
