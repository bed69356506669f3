"""
Monitors at work: what is due is claimed, read, and written down in chunks.

No transaction is open while a source is asked. Whoever dies in the middle loses nothing: what was
claimed is due again when its lease has run out, and what a late one has read is not written.
"""
