"""
One session at work: who is found, who is left alone and why, what is done to whom, and when it ends.

Each act is promised in one short transaction, performed with none open, and written
down in a second one. What dies in between leaves a promise that nobody keeps twice.
"""
