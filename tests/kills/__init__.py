"""The program is killed at random moments, and nothing that it had said to be kept may be lost.

`python -m tests.kills --times 200` prints the table.
"""
