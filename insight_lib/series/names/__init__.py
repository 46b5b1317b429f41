"""What the names of series say: their words, and what each word stands for."""
