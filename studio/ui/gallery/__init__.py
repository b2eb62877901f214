"""The gallery of well-known datasets: what there is, what is here, and the downloads of the rest."""
