"""What can be wrong with a design: one module for each kind of problem, which finds it and knows what removes it.

A new module here is found by itself, as a layer kind is.
"""
