"""Vouchers and the money behind them: match, credit, delegation, approval, control."""
