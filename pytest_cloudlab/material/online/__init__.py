"""External addresses, looked up politely when somebody asks for it."""
