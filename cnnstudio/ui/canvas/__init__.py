"""The canvas: a design as cards and wires that hands can move. Gestures build new designs; the scene replays them."""
