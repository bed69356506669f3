"""
From one sealing key to the next: everything that is sealed is sealed again, in small steps.

The promise: at every moment, a `kill -9` included, each value opens with a key of the file, and the old
key leaves the file only when nothing is under it any more. Called again, it goes on where it was.
"""
