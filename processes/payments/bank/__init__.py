"""What passes between a treasury and its bank: ISO 20022 messages, written and read; pure.

`pain.001.001.09` goes out; `pain.002.001.10`, `camt.053.001.08` and `camt.054.001.08` come back
(`domain.md` §4.9). Our own writing of pain.001 is checked in the tests against the standard's
schema; what comes in is checked by the rules of `reading`, which say more than a schema: that
counts and sums are true, that each thing is told once.
"""
