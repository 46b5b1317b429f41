"""Model on model: which training runs will fail, from what was known of them at a cut-off."""
