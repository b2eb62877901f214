"""Points to play with: ready-made or painted, as a picture, and what is learnt of them."""
