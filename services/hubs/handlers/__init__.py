"""What hubs can be asked, and what it does about events and hours; all inside one transaction."""
