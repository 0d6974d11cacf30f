"""Drawn and live examples on the pages of the glossary."""
