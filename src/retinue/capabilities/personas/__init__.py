"""The virtual influencers that accounts and content belong to."""
