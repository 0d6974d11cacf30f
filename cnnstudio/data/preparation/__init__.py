"""What becomes of pictures before a network learns from them: chosen, corrected, split, standardised, augmented."""
