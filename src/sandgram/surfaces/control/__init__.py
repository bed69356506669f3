"""`/sg/control`: the hand behind the scenery. Own token, never an account's."""
