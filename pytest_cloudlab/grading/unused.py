"""Plugins of pytest's own that no check has a use for. They would cost every session: a fifth of its time."""

UNUSED = (
    "cacheprovider",
    "doctest",
    "junitxml",
    "legacypath",
    "pastebin",
    "stepwise",
    "unittest",
    "unraisableexception",  # looks for garbage at the end, for a quarter of a second
)
