"""
Connecting networks: which there are, what each lets software do, and the tokens that open accounts there.

The promise: nothing is connected unless an admin has connected it, and of a pair of tokens the newer
one is durable before it is used. Where an answer with new tokens was lost, a person is asked again.
"""
