"""What tests build on: real databases, a prepared site, a clock that is told the time."""
