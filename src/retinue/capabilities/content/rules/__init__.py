"""How items of content are compared, without a database."""
