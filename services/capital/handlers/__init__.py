"""What capital can be asked and told. Each function runs inside one transaction."""
