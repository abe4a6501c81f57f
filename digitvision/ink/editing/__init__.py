"""What a hand does to ink and pen: ways to change strokes, and ways to shape them while they are written."""
