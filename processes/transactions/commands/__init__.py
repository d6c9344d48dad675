"""What people do on the area's pages."""
