"""What no longer works, or is no longer supported, since a day."""
