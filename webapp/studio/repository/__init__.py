"""Areas in the site's git repository."""
