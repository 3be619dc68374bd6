"""Compute Engine: what the course's command lines and our checks ask of it."""
