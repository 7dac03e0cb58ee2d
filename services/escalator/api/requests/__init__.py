"""What people are asked other than by a chat that reached them."""
