"""The engines that ``benchmarks/engine.py`` compares. Each module runs as a process of its own (``python -m``), builds
the network of one of our templates and trains it, or looks at images with it, when it is told to."""
