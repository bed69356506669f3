"""
An account's engagement plan: YAML in GramAddict's vocabulary, linted, versioned.

Edits keep comments, order and quoting. Every version is kept; a bad one is
never stored.
"""
