"""
One account at work: whom it finds, whom it leaves alone and why, and what it does to the others.

`story` reads top to bottom. An act is three steps that nothing else stands
between: reserve in one transaction, act with none open, settle in another.
"""
