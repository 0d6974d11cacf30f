"""What it would take: the picture is changed by hand, by the smallest change that is found, or into another picture."""
