"""The network as volumes: a view beside the canvas, and figures of both for papers and slides."""
