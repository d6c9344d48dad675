"""Tests of the contractor-statement area."""
