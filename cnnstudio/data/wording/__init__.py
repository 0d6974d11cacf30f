"""The words of what is told of data sets: code → words, made where they are shown."""
