"""Where messages to people go out. The library that knows the services runs in a process of its own."""
