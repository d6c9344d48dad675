"""`make chaos`: a whole site of real processes, killed at random, and its books audited."""
