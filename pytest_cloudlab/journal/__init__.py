"""The journal: every observation of every run, appended to one SQLite file and never changed."""

from pytest_cloudlab.journal.file import FORMAT
from pytest_cloudlab.journal.journal import Journal, measured_json, open_journal

__all__ = ["FORMAT", "Journal", "measured_json", "open_journal"]
