"""The built site: its addresses, its navigation, and where links lead."""
