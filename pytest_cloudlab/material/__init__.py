"""The gate: a course's pages checked like code. Nothing on a page is ever executed."""
