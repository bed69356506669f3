"""
One switch with four levels: the fleet, a persona, an account, a kind of action.

What is in flight ends; nothing new starts, because every intent asks in its own
transaction. A pause stays until somebody takes it back.
"""
