"""
The live stream: every event that its hearer may see, in the order of its number, without a gap.

Promise: who comes back with the last number it has seen misses nothing, or is told that it
has to load the present state; and nobody who reads slowly delays anybody else.
"""
