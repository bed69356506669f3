"""
What was seen when something surprised us: pictures of pages, and the pages, kept for some time.

A piece of evidence refers to what it is about by kind and id and knows nothing else of it. Its file
is there before its row is committed, and goes some time after the row has gone.
"""
