"""What fleet can be asked, and does of itself. Each function runs inside one transaction."""
