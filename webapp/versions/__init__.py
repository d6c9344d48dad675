"""Two versions of an area beside each other, every change in a sentence."""
