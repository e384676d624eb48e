"""The steps of one epoch, with both languages side by side."""
