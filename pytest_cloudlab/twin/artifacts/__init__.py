"""Artifact Registry: the repositories behind gcr.io and pkg.dev, and the API that manages them."""
