"""A student's own roster: what is asked for it, what is proposed, how it is written."""
