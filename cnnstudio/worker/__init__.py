"""The bridge between window and work: one loop, its policies, jobs, training and inspection. QtCore only.

Data crosses threads through the two lanes, which the window polls; signals tell of changes of state only.
"""

from cnnstudio.worker import guard as guard
