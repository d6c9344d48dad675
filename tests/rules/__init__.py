"""The rule book held to the code: each rule has an example, and each example is run."""
