"""
The native JSON API under `/sg/v1`.

Plain JSON, bearer sessions, `{"error": {"code", "message"}}` for every refusal,
and an `effect_id` for everything that reached the world.
"""
