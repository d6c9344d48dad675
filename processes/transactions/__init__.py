"""Transactions (معاملات): what the city buys and sells, from request to signed contract."""
