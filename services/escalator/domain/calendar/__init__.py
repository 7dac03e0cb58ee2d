"""When people work: instants of business hours in one zone, exact to the second."""
