"""Receipts: what a student saw, in one file for the instructor. Packed by the one, unpacked by the other."""
