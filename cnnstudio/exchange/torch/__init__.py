"""PyTorch: a folder with the network, its training, its weights and the proof. Nothing here needs PyTorch but the
proof."""
