"""Tags that people really write, and what of a layer they tell."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from insight_lib.dissection.layers.sibling_names import SIBLING_TAGS, sibling_names
from insight_lib.dissection.layers.tag_conventions import (
    HISTOGRAM_TAGS,
    SCALAR_TAGS,
    TensorName,
    histogram_name,
    scalar_name,
)
from insight_lib.events.format.read import read_span

HISTOGRAMS = {
    # Keras 2, TensorBoard(histogram_freq=1), and a plain loop with variable names
    "dense/kernel_0": ("dense", "kernel", "weight"),
    "dense/bias_0": ("dense", "bias", "weight"),
    "linear/kernel:0": ("linear", "kernel", "weight"),
    "embed_8/embeddings_0": ("embed_8", "embeddings", "weight"),
    "lstm/lstm_cell/recurrent_kernel_0": ("lstm/lstm_cell", "recurrent_kernel", "weight"),
    "batch_normalization_1/gamma_0": ("batch_normalization_1", "gamma", "weight"),
    "batch_normalization/moving_mean_0": ("batch_normalization", "moving_mean", "weight"),
    "dense_1/kernel_0_grad": ("dense_1", "kernel", "gradient"),
    "dense/kernel:0/gradient": ("dense", "kernel", "gradient"),
    # Keras 3
    "sequential/dense/kernel/histogram": ("sequential/dense", "kernel", "weight"),
    "batch_normalization/beta/histogram": ("batch_normalization", "beta", "weight"),
    "dense/kernel/gradient": ("dense", "kernel", "gradient"),
    "dense/kernel/weight": ("dense", "kernel", "weight"),
    "dense/kernel/update": ("dense", "kernel", "update"),
    "dense/output/activation": ("dense", "output", "activation"),
    # PyTorch and W&B
    "layer1.0.weight": ("layer1.0", "weight", "weight"),
    "fc1/bias": ("fc1", "bias", "weight"),
    "layer1.0.weight.grad": ("layer1.0", "weight", "gradient"),
    "fc1.weight_grad": ("fc1", "weight", "gradient"),
    "gradients/layer1.0.conv1.weight": ("layer1.0.conv1", "weight", "gradient"),
    "grad/fc1.bias": ("fc1", "bias", "gradient"),
    "train/grads/fc1.bias": ("fc1", "bias", "gradient"),
    "weights/fc1.weight": ("fc1", "weight", "weight"),
    "parameters/fc1.weight": ("fc1", "weight", "weight"),
    "bn1.running_mean": ("bn1", "running_mean", "weight"),
    "rnn.weight_ih_l0": ("rnn", "weight_ih_l0", "weight"),
    "encoder.layers.0.self_attn.in_proj_weight": (
        "encoder.layers.0.self_attn",
        "in_proj_weight",
        "weight",
    ),
    "base.attention.query.lora_A.weight": ("base.attention.query.lora_A", "weight", "weight"),
    # TensorFlow 1 and slim
    "W_conv1": ("conv1", "W", "weight"),
    "bias_fc1": ("fc1", "bias", "weight"),
    "W2": ("2", "W", "weight"),
    "b2": ("2", "b", "weight"),
    "conv1/weights": ("conv1", "weights", "weight"),
    "conv1/weights_1": ("conv1", "weights", "weight"),
    "InceptionV3/Conv2d_1a/biases": ("InceptionV3/Conv2d_1a", "biases", "weight"),
    "layer1/weights/summaries/histogram": ("layer1", "weights", "weight"),
    "conv1/weights/gradient": ("conv1", "weights", "gradient"),
    "conv1/weights/gradients": ("conv1", "weights", "gradient"),
    "layer1/activations": ("layer1", "output", "activation"),
    "activations/conv1": ("conv1", "output", "activation"),
    # JAX with Flax
    "params/Dense_0/kernel": ("Dense_0", "kernel", "weight"),
    "params/LayerNorm_0/scale": ("LayerNorm_0", "scale", "weight"),
    "grads/Embed_0/embedding": ("Embed_0", "embedding", "gradient"),
    # other alphabets
    "слой_1/kernel_0": ("слой_1", "kernel", "weight"),
    "gradients/编码器.weight": ("编码器", "weight", "gradient"),
}

NO_LAYERS = (
    *("Image Output", "Image_Output", "layer1/Wx_plus_b/pre_activations", "kernel", "weights"),
    *("ray/tune/hist_stats/episode_reward", "ray/tune/hist_stats/episode_lengths"),
    *("action/weights", "actions", "reward", "train/gamma", "policy/beta", "loss/weight"),
    *("loss/weights_0", "sample/weights", "class/weight", "importance/weights"),
    *("attention/weights", "layers.0.attn.weights", "gradients", "grad/total", "gradients/mean"),
    *("Adam/dense/kernel", "optimizer/fc1.weight", "dense/kernel/momentum", "exp_avg/fc1.weight"),
    *("logits", "predictions", "input/image", "tokens/embedding", "latent/z", "b", "W", "w1_loss"),
    *("", "/", "//kernel", "histogram", "activations/mean", "weight", "dense/kernel/stats"),
)

SCALARS = {
    "grad_2.0_norm/fc1.weight": ("fc1", "weight", "gradient"),
    "grad_2.0_norm_fc1.weight": ("fc1", "weight", "gradient"),
    "grad_2_norm/layer1.0.bias": ("layer1.0", "bias", "gradient"),
    "grad_norm/fc1.weight": ("fc1", "weight", "gradient"),
    "train/grad_norm/fc1.weight": ("fc1", "weight", "gradient"),
    "gradient_norms/encoder": ("encoder", "all", "gradient"),
    "fc1.weight/grad_norm": ("fc1", "weight", "gradient"),
    "conv1/weights/gradient_norm": ("conv1", "weights", "gradient"),
    "gradients/fc1.weight/norm": ("fc1", "weight", "gradient"),
    "weight_norm/fc1.weight": ("fc1", "weight", "weight"),
    "param_norm/Dense_0/kernel": ("Dense_0", "kernel", "weight"),
    "fc1.weight/norm": ("fc1", "weight", "weight"),
    "update_norm/dense/kernel": ("dense", "kernel", "update"),
}

NO_NORMS = (
    *("grad_2.0_norm_total", "grad_2_norm_total", "train/grad_norm", "grad_norm", "gradient_norm"),
    *("weight_norm", "update_norm", "grad_norm/total", "grad_norm/mean", "grad_norm/max"),
    *("grad_inf_norm/fc1.weight", "grad_1.0_norm/fc1.weight", "loss", "layer1/weights/summaries"),
    *("layer1/weights/summaries/mean", "input/norm", "obs/norm", "batch_norm/weight"),
    *("learner/grad_gnorm", "gradients_default_optimizer_global_norm", "normalization"),
)


@pytest.mark.parametrize("tag", HISTOGRAMS)
def test_a_histogram_is_of_the_tensor_that_its_tag_names(tag):
    name = histogram_name(tag)
    assert name is not None
    assert (name.layer, name.tensor, name.kind) == HISTOGRAMS[tag]


@pytest.mark.parametrize("tag", SCALARS)
def test_a_norm_is_of_the_tensor_that_its_tag_names(tag):
    name = scalar_name(tag)
    assert name is not None
    assert (name.layer, name.tensor, name.kind) == SCALARS[tag]


@pytest.mark.parametrize("tag", NO_LAYERS)
def test_a_histogram_whose_tag_does_not_say_what_it_is_of_is_left_alone(tag):
    assert histogram_name(tag) is None


SIBLINGS = {
    ("fc1/W_fc1:0", "fc1/b_fc1:0"): ("fc1", "W", "b"),
    ("fc1/W:0", "fc1/b:0"): ("fc1", "W", "b"),
    ("h1/weights_h1", "h1/biases_h1"): ("h1", "weights", "biases"),
    ("W_out", "b_out"): ("out", "W", "b"),
    ("W", "b"): ("W", "W", "b"),
    ("weights_1", "biases_1"): ("weights", "weights", "biases"),
    ("kernel", "bias"): ("kernel", "kernel", "bias"),
}


@pytest.mark.parametrize("tags", SIBLINGS, ids=" ".join)
def test_a_weight_and_a_bias_that_are_named_in_one_letter_are_a_layer(tags):
    layer, weight, bias = SIBLINGS[tags]
    named = sibling_names([*tags, "x/W", "images", "loss/b", "loss/W"])
    assert named == {
        tags[0]: TensorName(layer, weight, "weight"),
        tags[1]: TensorName(layer, bias, "weight"),
    }


@pytest.mark.parametrize(
    "tags",
    [
        ("W",),
        ("b",),
        ("weights", "W", "b"),
        ("loss/weights", "loss/bias"),
        ("attention/weights", "attention/bias"),
        ("lab/a", "lab/b"),
        ("one/W", "two/b"),
    ],
    ids=" ".join,
)
def test_what_has_no_sibling_or_several_is_left_alone(tags):
    assert sibling_names(tags) == {}


@pytest.mark.parametrize("tag", [*NO_NORMS, *HISTOGRAMS])
def test_a_scalar_whose_tag_does_not_say_whose_norm_it_is_is_left_alone(tag):
    assert scalar_name(tag) is None


def test_the_lake_query_covers_every_tag_that_is_read():
    found = pc.match_substring_regex(pa.array(list(HISTOGRAMS)), HISTOGRAM_TAGS)
    assert found.to_pylist() == [True] * len(HISTOGRAMS)
    siblings = [tag for tags in SIBLINGS for tag in tags]
    assert all(pc.match_substring_regex(pa.array(siblings), SIBLING_TAGS).to_pylist())
    assert all(SCALAR_TAGS in tag for tag in SCALARS)


def test_only_weights_and_activations_of_real_event_files_are_read(tfevents_dir):
    tags = set()
    for path in tfevents_dir.rglob("*tfevents*"):
        if path.is_file():
            for piece in read_span(path, 0, path.stat().st_size, {}):
                tags |= set(piece.histograms["tag"].cast(pa.string()).to_pylist())
    left_alone = {tag for tag in tags if histogram_name(tag) is None}
    assert left_alone == {
        "Image Output",
        "Image_Output",
        "layer1/Wx_plus_b/pre_activations",
        "layer2/Wx_plus_b/pre_activations",
        "ray/tune/hist_stats/episode_lengths",
        "ray/tune/hist_stats/episode_reward",
    }
    assert len(tags) == 95
