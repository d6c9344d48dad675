"""From a controlled voucher to money in the payee's account, and the bank's word back."""
