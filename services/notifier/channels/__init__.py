"""The far sides, one folder or file each: addresses, render, send."""
