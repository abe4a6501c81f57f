"""The main window, its menus, and what joins its parts."""
