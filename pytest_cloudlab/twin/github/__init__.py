"""GitHub's part of the twin: the account, its repositories and its codespaces."""
