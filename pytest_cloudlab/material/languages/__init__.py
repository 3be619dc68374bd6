"""Blocks of code, language by language: what is typed, and whether it parses."""
