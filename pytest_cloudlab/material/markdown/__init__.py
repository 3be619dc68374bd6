"""What a page's Markdown means: its structure, and what the course's extensions make of it."""
