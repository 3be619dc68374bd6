"""Repositories that pages send students to, and a student who follows a page on paper."""
