"""Samples varied and made: other hands, pictures, junk."""
