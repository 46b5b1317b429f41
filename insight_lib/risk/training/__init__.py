"""How the model is learnt: from many programs' runs, measured on families it has not seen."""
