"""Pure decisions: what goes first, what is tried again and when, what is left of a budget, what a task waits for."""
