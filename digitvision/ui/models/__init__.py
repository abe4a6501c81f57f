"""The Model tab: the model card, the library, taking models in and out, comparing them."""
