"""How dates stand where Django writes them itself, as on the stock pages of the admin."""
