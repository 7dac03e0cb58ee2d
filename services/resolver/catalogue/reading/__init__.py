"""Read pages as the blocks that their readers see."""
