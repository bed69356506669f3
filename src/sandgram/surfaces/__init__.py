"""What Sandgram speaks: its native API, its pictures and the control API."""
