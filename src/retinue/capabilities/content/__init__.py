"""
What personas have to show: pictures and texts, and who has been given which.

A picture is kept only as this installation has drawn it anew. An assignment reserves: of many who
ask at once, no two get the same use of an item.
"""
