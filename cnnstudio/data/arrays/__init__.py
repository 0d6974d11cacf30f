"""How arrays in files become a data set: IDX, npy and npz, tables of pixels; and which of them belong together."""
