"""One kind of fault a file: `measure(place, count, rng)` gives what became of it."""
