"""
A part of X's API v2, under `/x`.

Profiles, followers, posts, follows, likes, replies, own profile and media; OAuth 2 tokens whose refresh
token dies with its use; windows of fifteen minutes told in headers; X's two shapes of errors. What an app
may do depends on its tier, as it does there. Names here may be longer than X's fifteen characters.
"""
