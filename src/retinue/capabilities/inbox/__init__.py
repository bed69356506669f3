"""
What needs a person: asked once, claimed by one, resolved with a choice that is on offer.

An item refers to what it is about by kind and id and knows nothing else of it, so that any
slice may ask. As long as an item waits there is no second one of its key.
"""
