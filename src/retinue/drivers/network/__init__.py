"""Social networks: one protocol, an adapter per network, and a fake that passes the same contract."""
