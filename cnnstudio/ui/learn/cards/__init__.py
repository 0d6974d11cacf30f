"""The cards in a lesson's text: what is to be done, and what is asked."""
