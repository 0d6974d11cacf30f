"""What can be wrong with a design: one module for each kind of problem, which finds it and knows what removes it.

The folders hold the kinds; a new module in one of them is found by itself, as a layer kind is.
"""
