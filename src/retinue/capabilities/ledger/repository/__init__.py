"""
The ledger's queries, by the story that they belong to.

All of them are Core statements made once: the two transactions around an act are
the hottest path of the product, and building a statement costs more than running it.
"""
