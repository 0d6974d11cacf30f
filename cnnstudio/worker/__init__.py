"""The bridge between the window and all work beside it: one loop, its policies, jobs, training, inspection. QtCore only.

Data crosses threads through the two lanes, which the window polls; signals tell of changes of state only.
"""

from cnnstudio.worker import guard as guard
