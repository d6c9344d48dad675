"""The file of a case: handing in, showing, taking away whole, printing."""
