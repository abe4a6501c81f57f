"""What other programs call from Python, and the command line as well."""
