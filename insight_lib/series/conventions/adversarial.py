"""Names of trainers of generative adversarial networks: DCGAN, pix2pix and CycleGAN, StyleGAN."""

from insight_lib.series.conventions.line import Line, written_by
from insight_lib.series.role import Direction, Phase, Role

_DCGAN = written_by(
    "DCGAN",
    Line("errD", Role.DISCRIMINATOR_LOSS),
    Line("errG", Role.GENERATOR_LOSS),
    Line("D(*)", Role.OTHER),
    Line("D_x", Role.OTHER),
    Line("D_G_z*", Role.OTHER),
)
_PIX2PIX = written_by(
    "pix2pix",
    Line("G_GAN", Role.GENERATOR_LOSS),
    Line("G_L1", Role.PARTIAL_LOSS, moving=True),
    Line("D_real", Role.PARTIAL_LOSS, moving=True),
    Line("D_fake", Role.PARTIAL_LOSS, moving=True),
    Line("D_[AB]", Role.DISCRIMINATOR_LOSS),
    Line("G_[AB]", Role.GENERATOR_LOSS),
    Line("cycle_[AB]", Role.PARTIAL_LOSS, moving=True),
    Line("idt_[AB]", Role.PARTIAL_LOSS, moving=True),
)
_STYLEGAN = written_by(
    "StyleGAN",
    Line("Loss/G/loss", Role.GENERATOR_LOSS),
    Line("Loss/D/loss", Role.DISCRIMINATOR_LOSS),
    Line("Loss/scores/*", Role.OTHER),
    Line("Loss/signs/*", Role.OTHER),
    Line("Metrics/fid*", Role.SCORE, Phase.VALIDATION, direction=Direction.LOWER),
    Line("Progress/*", Role.OTHER),
    Line("Timing/*", Role.OTHER),
)
ADVERSARIAL = _DCGAN + _PIX2PIX + _STYLEGAN
