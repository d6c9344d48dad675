"""Talk: what people say about a case, whom they name, and what each of them is told."""
