"""The notifier's collections: deliveries and destinations."""
