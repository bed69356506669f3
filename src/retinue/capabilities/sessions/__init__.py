"""
Engagement sessions as supervised processes: who runs, who should, and what it came to.

What an operator wants is a row; the agent makes it so. One account has at most one
session at a time, and "stopped" means that its process tree is gone.
"""
