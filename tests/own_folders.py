"""The variables by which the program is told where its own files lie."""

NAMES = ("CNNSTUDIO_CACHE", "CNNSTUDIO_DATA", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
