"""Phases and choices, bots and their sessions, and what lists of both show."""
