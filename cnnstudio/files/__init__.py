"""Files as the system has them: opened only where they are files, replaced only as a whole."""
