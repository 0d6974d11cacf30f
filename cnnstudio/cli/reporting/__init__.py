"""The command ``report``, and the page that it writes."""
