"""The least each scenario's work can cost here: written by hand with SQLAlchemy Core, served alike.

One floor per scenario, with tables of its own; nothing of the product is in them.
"""
