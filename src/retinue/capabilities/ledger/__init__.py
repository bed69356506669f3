"""
What was done to whom: at most once, and never forgotten.

An attempt is committed as an intent before anything is sent, together with the
windows that keep every other attempt on the same person out. What came of it is
an event, and events are only ever added. Where the outcome cannot be known it is
`unknown`, counts as done, and is never tried again by itself.
"""
