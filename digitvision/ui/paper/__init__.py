"""The paper: which part of it is in sight, how the hand moves it, and what is printed on it."""
