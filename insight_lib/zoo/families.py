"""Which programs are of a kind: a model that has seen one of a family has half seen the others."""

FAMILIES: dict[str, tuple[str, ...]] = {
    "tabular_mlp": ("breast_cancer_mlp", "wine_mlp", "iris_mlp", "fraud_table", "topic_labels"),
    "deep_mlp": ("deep_mlp", "deep_layer_norm"),
    "regression": ("diabetes_regression", "friedman_regression", "swiss_roll_regression"),
    "image_cnn": ("digits_cnn", "separable_cnn"),
    "residual": ("residual_cnn", "residual_table"),
    "signal": ("signal_cnn", "wave_period"),
    "embedding": ("click_embedding", "wide_and_deep"),
    "recurrent": ("text_lstm", "forecast_gru"),
    "attention": ("row_attention",),
    "autoencoder": ("digits_autoencoder", "denoising_autoencoder"),
    "character_model": ("character_gru",),
    "gan": ("digits_gan",),
    "actor_critic": ("cartpole_actor_critic",),
    "dqn": ("frozen_lake_dqn",),
}

FAMILY_OF = {program: family for family, programs in FAMILIES.items() for program in programs}
"""Program to its family."""
