"""Cloud Storage's JSON API: buckets and objects, in the twin's folder or over a folder of this machine."""

from __future__ import annotations

from pytest_cloudlab.twin.storage.routes import Storage

__all__ = ["Storage"]
