"""One file per network: the pages of its site, and nothing else that knows them."""
