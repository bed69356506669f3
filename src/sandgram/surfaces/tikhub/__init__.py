"""
The shape of TikHub's API for Instagram, under `/tikhub`.

Versions 1, 2 and 3 side by side with their different payloads, one envelope,
errors under `detail`, a key, ten requests a second, and a balance from which
every answer with status 200 is paid.
"""
