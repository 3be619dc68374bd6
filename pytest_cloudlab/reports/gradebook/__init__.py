"""What a journal adds up to, in the formats that gradebooks take: one writer a file.

JUnit, JSON and HTML are reports like any other, and stand one folder up.
"""
