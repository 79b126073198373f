import pytest

from colonnade.detection.extract import extract
from colonnade.detection.features.feature import Kind

KERAS = """
def Decoder():
    return Sequential([UpSampling2D(), Conv2D(3, 5)])
one = Encoder()
two = Decoder()
three = Decoder()
first = Model(x, two(one(x)))
second = Model(x, three(one(x)))
"""
TORCH = """
class Net(nn.Module):
    def __init__(self):
        self.e = Down(3, 64)
        self.p = Up(64, 3, nn.ConvTranspose2d)
        self.q = Up(64, 3, nn.ConvTranspose2d)
    def forward(self, x, who):
        x = self.e(x)
        if who == 0:
            x = self.p(x)
        else:
            x = self.q(x)
        return x
"""
STACKED = """
e = Encoder()
a = Upscale(64)
b = Upscale(64)
h = e(x)
h = a(h)
h = b(h)
"""
UNEQUAL = """
e = Encoder()
depth = Decoder(1)
labels = Decoder(21)
h = e(x)
y, z = depth(h), labels(h)
"""
VARIATIONAL = """
e, d = Encoder(), Decoder()
mu = nn.Linear(64, 8)
sigma = nn.Linear(64, 8)
h = e(x)
y = d(mu(h) + sigma(h))
"""
ADVERSARIAL = """
g = Decoder()
j = Discriminator(3)
k = Discriminator(3)
fake = g(z)
loss = j(fake) + k(fake)
"""


AT_ONCE = """
E, DA, DB = enc(), dec(), dec()
first, second = Model(x, DA(E(x))), Model(x, DB(E(x)))
"""
BUILT_ELSEWHERE = """
auto_a = Model(x, decoder_A(encoder(x)))
auto_b = Model(x, decoder_B(encoder(x)))
"""
BY_NAME = """
enc = Down(3, 64)
dec = nn.ModuleDict({"src": Up(64, 3), "dst": Up(64, 3)})
"""
SEVERAL_TASKS = """
enc = Down(3, 64)
dec = {"depth": Up(64, 1), "labels": Up(64, 21)}
"""


def trained(source: str) -> list[str]:
    return [feature.value for feature in extract(source) if feature.kind is Kind.TRAINING]


@pytest.mark.parametrize("source", [KERAS, TORCH, AT_ONCE, BUILT_ELSEWHERE, BY_NAME])
def test_two_decoders_over_one_encoder_are_seen(source: str):
    assert trained(source) == ["two-decoders"]


@pytest.mark.parametrize("source", [STACKED, UNEQUAL, VARIATIONAL, ADVERSARIAL, SEVERAL_TASKS])
def test_other_networks_are_not_taken_for_it(source: str):
    assert trained(source) == []
