"""
Batches from CSV files: a form for each type of task.

The promise: a file is taken whole or not at all, and every row that does not fit is named with its
line, its column, the reason and what to do about it.
"""
