"""The curves panel: loss and accuracy while a network learns."""
