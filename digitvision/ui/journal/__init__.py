"""What is being drawn, kept on the disk while it is drawn."""
