"""One module for each sub-command of the command line that trains, measures or manages models."""
