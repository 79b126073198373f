import pytest
from hypothesis import given
from hypothesis import strategies as st

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


BY_PARAMETERS = """
y = D.apply(P["me"], E.apply(P["e"], x))
z = D.apply(P["her"], E.apply(P["e"], x))
E, D = Enc(), Dec()
"""
BY_PLAIN_FUNCTIONS = """
y = dec(p["me"], enc(p["e"], x))
z = dec(p["her"], enc(p["e"], x))
u = nn.ConvTranspose(3, 4)
"""
CHOSEN = """
self.e = nn.Sequential(Down(3, 64))
self.d = nn.ModuleList([self.up() for _ in range(2)])
y = self.d[who](self.e(x))
u = nn.ConvTranspose2d(3, 4)
"""
GONE_THROUGH = """
encoder = make_encoder()
decoders = [make_decoder() for _ in people]
nets = [Model(x, d(encoder(x))) for d in decoders]
"""
IN_PLACE = """
encoder = make_encoder()
nets = {who: Model(x, make_decoder()(encoder(x))) for who in people}
"""
IN_A_LOOP = """
encoder = make_encoder()
for who in people:
    decoder = make_decoder()
    nets[who] = Model(x, decoder(encoder(x)))
"""
SAME_PARAMETERS = """
y = dec.apply(params["dec"], enc.apply(params["enc"], x))
z = dec.apply(state.params["dec"], enc.apply(state.params["enc"], x))
"""
HEADS = """
self.encoder = Down(3, 64)
self.heads = nn.ModuleList([nn.Linear(64, n) for n in sizes])
self.ups = nn.ModuleList([Up(64, n) for n in sizes])
y = self.heads[task](self.encoder(x))
z = self.ups[task](self.encoder(x))
u = nn.ConvTranspose2d(3, 4)
"""
FOLDS = """
for train, test in folds:
    encoder = make_encoder()
    decoder = make_decoder()
    net = Model(x, decoder(encoder(x)))
"""
SIZES = """
encoder = make_encoder()
for size in sizes:
    decoder = make_decoder(size)
    net = Model(x, decoder(encoder(x)))
"""
LAYERS = """
self.encoder = Encoder()
self.decoder_layers = nn.ModuleList([DecoderLayer(64) for _ in range(6)])
x = self.encoder(y)
for layer in self.decoder_layers:
    x = layer(x)
"""


def trained(source: str) -> list[str]:
    return [feature.value for feature in extract(source) if feature.kind is Kind.TRAINING]


@pytest.mark.parametrize(
    "source",
    [
        *(KERAS, TORCH, AT_ONCE, BUILT_ELSEWHERE, BY_NAME, BY_PARAMETERS, BY_PLAIN_FUNCTIONS),
        *(CHOSEN, GONE_THROUGH, IN_PLACE, IN_A_LOOP),
    ],
)
def test_two_decoders_over_one_encoder_are_seen(source: str):
    assert trained(source) == ["two-decoders"]


@pytest.mark.parametrize(
    "source",
    [
        *(STACKED, UNEQUAL, VARIATIONAL, ADVERSARIAL, SEVERAL_TASKS, SAME_PARAMETERS, HEADS),
        *(FOLDS, SIZES, LAYERS),
    ],
)
def test_other_networks_are_not_taken_for_it(source: str):
    assert trained(source) == []


@given(st.text(alphabet="edD([{x})]=,.:\n\"' for in", max_size=80))
def test_any_networks_can_be_read(text: str):
    trained(f"encoder = f()\nu = ConvTranspose2d()\n{text}")
