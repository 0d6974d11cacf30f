"""The look: colours, fonts, icons, pictures of numbers, and how numbers and labels are written."""
