"""What goes out of the window as a file: pictures of drawings, and pages in every form."""
