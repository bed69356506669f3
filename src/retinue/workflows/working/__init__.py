"""
Who runs tasks: takes what is due, hands it to the function of its type, and writes down what came of it.

Two short transactions with the work between them. A task may start more than once, because a worker
can die at any moment; what its function does outside is for the function, and the ledger, to keep single.
"""
