"""What Python's fork server imports for its children, which find it loaded: see `warm_children`."""

import gc

import digitvision.cli
import digitvision.training.commands.train  # noqa: F401
from digitvision.training.networks.keras_import import import_keras

import_keras()
# The collector of a child need not go through all that.
gc.freeze()
