"""A fitted model in the user's hands: predict, evaluate, explain."""
