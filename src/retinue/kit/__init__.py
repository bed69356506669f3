"""Pure helpers: no I/O, no settings, no clock."""
