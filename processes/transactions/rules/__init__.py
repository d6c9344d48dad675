"""What transactions have to keep to: pure, each rule with its clause of `domain.md` §3."""
