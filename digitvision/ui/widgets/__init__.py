"""Small widgets that several parts of the screen share."""
