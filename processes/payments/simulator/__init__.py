"""A bank in a process of its own, with its own book: for tests, demonstrations and practice.

It takes pain.001, answers with pain.002 and camt.053, keeps a register of cheques as SAYAD does and
tells who owns an account. It can be slow, lose an answer, reject and hear a call twice, and it can
forget what it was told before, as a bank without idempotency does. It moves no money anywhere.

    python -m processes.payments.simulator --book bank.sqlite --port 8090
"""
