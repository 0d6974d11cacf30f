"""Edits: functions from a design to a new one."""
