"""Writes golden files to core/src/test/resources/golden: small networks trained by PyTorch in float64 from float32
weights, which GoldenTest repeats. Run by hand: python3 make_golden.py FOLDER [NAME...]
"""
import json
import math
import sys
from pathlib import Path

import torch
from torch import nn

BITS = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15
CORRUPTION, SAMPLING = 1, 2  # Random.Purpose, counted from 1
SEED, EPOCH, LAST_ROW = 17, 1_000_000, (1 << 31) - 1  # as in the tests' Step

CASES = {
    "bce": dict(input=20, hidden=[9], latent=3, loss="bce"),
    "sparse": dict(input=18, hidden=[11, 7], latent=4, sparsity=0.01),
    "tied": dict(input=19, hidden=[11, 7], latent=3, variant="tied", optimizer="adamw", weight_decay=0.1),
    "variational": dict(input=20, hidden=[9], latent=3, variant="variational", loss="bce"),
    "variational-mse": dict(input=18, hidden=[11, 7], latent=2, variant="variational", beta=0.5),
    "denoising": dict(input=20, hidden=[9], latent=3, noise=0.3, mask=0.25),
}
SMALL = dict(input=11, hidden=[7], latent=3, steps=20, batch=8, rows=16, short=True)
STANDARD = SMALL | dict(output_activation="identity", spread=1.5)  # rows as a standard scaler makes them
CASES |= {
    "leaky-relu": SMALL | dict(hidden_activation="leaky-relu", latent_activation="leaky-relu"),
    "elu": SMALL | dict(hidden_activation="elu", latent_activation="elu"),
    "gelu": STANDARD | dict(hidden_activation="gelu", latent_activation="gelu", output_activation="gelu"),
    "silu": SMALL | dict(hidden=[7, 5], hidden_activation="silu", variant="tied"),
    "mae": STANDARD | dict(loss="mae"),
    "huber": STANDARD | dict(loss="huber", hidden_activation="silu"),
    "adamw": SMALL | dict(optimizer="adamw", weight_decay=0.2, beta2=0.95),
    "sgd": SMALL | dict(optimizer="sgd", learning_rate=2.0),
    "momentum": STANDARD | dict(optimizer="sgd", learning_rate=0.1, momentum=0.9),
    "nesterov": SMALL
    | dict(optimizer="sgd", learning_rate=0.5, momentum=0.8, nesterov=True, weight_decay=0.01, loss="bce"),
}
IMAGES = SMALL | dict(steps=40)  # an image: height, width, channels; a convolution: channels, kernel, stride
CASES |= {
    "conv": IMAGES | dict(image=[8, 8, 1], convolutions=[[4, 3, 2], [6, 3, 2]], hidden=[10]),
    "conv-odd": IMAGES | dict(image=[7, 5, 2], convolutions=[[4, 3, 2], [5, 3, 1]], hidden=[], hidden_activation="elu"),
    "conv-relu": IMAGES | dict(image=[5, 9, 3], convolutions=[[5, 5, 2]], hidden_activation="relu"),
    "conv-stride-1": STANDARD | dict(steps=40, image=[5, 6, 1], convolutions=[[3, 3, 1], [2, 5, 1]], hidden=[]),
    "conv-stride-3": IMAGES | dict(image=[9, 7, 2], convolutions=[[3, 5, 3]], hidden=[8, 5], loss="mae"),
    "conv-variational": IMAGES
    | dict(image=[6, 7, 2], convolutions=[[4, 3, 2], [4, 3, 2]], hidden=[9], variant="variational", loss="bce"),
    "conv-denoising": IMAGES
    | dict(image=[7, 7, 1], convolutions=[[6, 3, 2]], hidden=[], sparsity=0.01, noise=0.3, mask=0.25),
}
TABLE = STANDARD | dict(steps=40, batch=9, rows=27, hidden=[8], table=[1, 4, 1, 3, 1])
CASES |= {
    "table": TABLE,
    "table-missing": TABLE | dict(missing=0.2, hidden_activation="silu"),
    "table-tied": TABLE | dict(variant="tied", hidden=[8, 5], loss="huber", missing=0.1),
    "table-denoising": TABLE | dict(noise=0.3, mask=0.25, sparsity=0.01, missing=0.1),
    "table-variational": TABLE | dict(variant="variational", beta=0.5, output_activation="sigmoid", loss="bce"),
}
ACTIVATIONS = {
    "identity": nn.Identity,
    "relu": nn.ReLU,
    "leaky-relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}
LOSSES = {"mse": nn.MSELoss, "bce": nn.BCELoss, "mae": nn.L1Loss, "huber": nn.HuberLoss}


class Draws:
    """The same as io.hourglass.engine.Random.ofRow: SplitMix64."""

    def __init__(self, purpose, row):
        stream = purpose << 56 | EPOCH << 32 | row
        self.state = self.mix((self.mix((SEED + GAMMA) & BITS) + stream * GAMMA) & BITS)

    @staticmethod
    def mix(z):
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & BITS
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & BITS
        return z ^ (z >> 31)

    def uniform(self):
        self.state = (self.state + GAMMA) & BITS
        return self.mix(self.state) >> 11

    def gaussian(self):
        radius = math.sqrt(-2 * math.log((self.uniform() + 1) * 2.0**-53))
        return radius * math.cos(2 * math.pi * self.uniform() * 2.0**-53)

    def chance(self, probability):
        return self.uniform() * 2.0**-53 < probability


def corrupted(rows, noise, mask, table):
    """Noise is for numbers, a mask for whole columns; without a table, each value is one of both."""
    result = rows.clone()
    for r, row in enumerate(result):
        draws = Draws(CORRUPTION, LAST_ROW - r)
        columns = row.split(table) if table else row.split(1)
        for column in columns:
            if len(column) == 1:
                column += noise * draws.gaussian()
        for column in columns:
            if draws.chance(mask):
                column.zero_()
    return result


def make_table(x, table, missing):
    """Rows whose categories are one-hot; columns that are missing are NaN."""
    for row in x:
        for column in row.split(table):
            if len(column) > 1:
                chosen = column.argmax()
                column.zero_()
                column[chosen] = 1
            if torch.rand(()) < missing:
                column.fill_(math.nan)
    return x


def missing_columns(x, table):
    parts = [part.isnan().any(1, keepdim=True).expand_as(part) for part in x.split(table, 1)]
    return torch.cat(parts, 1)


def masked_mean(y, x, table, weights, loss):
    """The mean over all columns of weight * loss, without those that are missing; categories have cross-entropy."""
    total = torch.zeros((), dtype=y.dtype)
    for out, target, weight in zip(y.split(table, 1), x.split(table, 1), weights):
        present = ~target.isnan().any(1)
        if not present.any():
            continue
        out, target = out[present], target[present]
        if target.shape[1] > 1:
            total = total + weight * nn.functional.cross_entropy(out, target.argmax(1), reduction="sum")
        else:
            total = total + weight * LOSSES[loss](reduction="sum")(out, target)
    return total / (len(x) * len(table))


def stack(widths, hidden, last):
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, outputs), ACTIVATIONS[hidden]()]
    return nn.Sequential(*layers[:-1], ACTIVATIONS[last]())


def flattened(image, convolutions):
    """The values of the smallest image."""
    height, width, channels = image
    for channels, _, stride in convolutions:
        height, width = -(-height // stride), -(-width // stride)
    return height * width * channels


def with_convolutions(encoder, decoder, image, convolutions, hidden, last):
    height, width, channels = image
    down, up = [], []
    for filters, kernel, stride in convolutions:
        padding = kernel // 2
        rest = [(side + 2 * padding - kernel) % stride for side in (height, width)]
        mirror = nn.ConvTranspose2d(filters, channels, kernel, stride, padding, rest)
        down += [nn.Conv2d(channels, filters, kernel, stride, padding), ACTIVATIONS[hidden]()]
        up = [mirror, ACTIVATIONS[hidden]() if up else ACTIVATIONS[last]()] + up
        height, width, channels = -(-height // stride), -(-width // stride), filters
    shape = (channels, height, width)
    return nn.Sequential(*down, nn.Flatten(), *encoder), nn.Sequential(*decoder, nn.Unflatten(1, shape), *up)


def make_optimizer(named, name, rate, beta2, momentum, nesterov, weight_decay):
    groups = [
        {"params": [p for name, p in named.items() if name.endswith("weight")], "weight_decay": weight_decay},
        {"params": [p for name, p in named.items() if name.endswith("bias")], "weight_decay": 0},
    ]
    if name == "sgd":
        return torch.optim.SGD(groups, lr=rate, momentum=momentum, nesterov=nesterov)
    return {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[name](groups, lr=rate, betas=(0.9, beta2))


def train(
    input,
    hidden,
    latent,
    image=None,
    convolutions=(),
    variant="plain",
    hidden_activation="tanh",
    latent_activation="identity",
    output_activation="sigmoid",
    loss="mse",
    sparsity=0.0,
    beta=1.0,
    optimizer="adam",
    beta2=0.999,
    momentum=0.0,
    nesterov=False,
    weight_decay=0.0,
    noise=0.0,
    mask=0.0,
    steps=30,
    batch=16,
    rows=32,
    learning_rate=0.005,
    spread=None,
    table=None,
    missing=0.0,
    short=False,
):
    """One golden run. Rows are uniform in [0, 1) or, with a spread, normal with that deviation. A table lists the
    numbers of values of its columns, 1 for a number and more for a category. Numbers of a short file have few digits:
    rows and weights are multiples of 1/1024, results are rounded to ten digits. Rows that are images lie in the file
    row by row, with the channels of a pixel next to each other.
    """
    input = math.prod(image) if image else sum(table) if table else input
    settings = dict(locals())
    del settings["rows"], settings["spread"], settings["short"]
    del settings["missing"]
    if not image:
        del settings["image"], settings["convolutions"]
    if not table:
        del settings["table"]
    variational, tied = variant == "variational", variant == "tied"
    inner = flattened(image, convolutions) if image else input
    widths = [inner, *hidden, latent]
    encoder = stack([inner, *hidden, latent * 2 if variational else latent], hidden_activation, latent_activation)
    decoder = stack(widths[::-1], hidden_activation, hidden_activation if image else output_activation)
    if image:
        encoder, decoder = with_convolutions(
            encoder, decoder, image, convolutions, hidden_activation, output_activation
        )
    model = nn.ModuleDict({"encoder": encoder, "decoder": decoder})

    def grid(x):
        return torch.round(x * 1024) / 1024 if short else x

    for parameter in model.parameters():
        parameter.data = grid(parameter.data * 2)  # wider than PyTorch makes it: tanh and sigmoid shall not be linear
    up = [layer for layer in encoder if isinstance(layer, nn.Linear)]
    down = [layer for layer in decoder if isinstance(layer, nn.Linear)]

    def tie():
        for layer, mirror in zip(up, reversed(down)):
            mirror.weight.data = layer.weight.data.T.contiguous()

    if tied:
        tie()
    initial = {name: tensor.clone() for name, tensor in model.state_dict().items()}  # float32
    model.double()
    if tied:
        for layer, mirror in zip(up, reversed(down)):
            del mirror.weight  # not a parameter any more; see decode
    all_x = grid(spread * torch.randn(rows, input) if spread else torch.rand(rows, input))
    weights = imputed = None
    if table:
        all_x = make_table(all_x.sigmoid() if loss == "bce" else all_x, table, missing)
        all_x = grid(all_x)
        weights = [0.5 + 0.25 * c for c in range(len(table))]
        imputed = grid(torch.rand(input))
        settings |= {"weights": weights, "imputed": imputed.tolist()}

    def encode(x):
        return encoder(x.view(-1, *image).permute(0, 3, 1, 2) if image else x)

    def decode(z):
        if table and not tied:
            return numbers_activated(decoder[:-1](z))
        if image:
            return decoder(z).permute(0, 2, 3, 1).flatten(1)
        if not tied:
            return decoder(z)
        for layer, mirror in zip(reversed(up), down):
            z = nn.functional.linear(z, layer.weight.T, mirror.bias)
            if mirror is not down[-1]:
                z = ACTIVATIONS[hidden_activation]()(z)
        return numbers_activated(z)

    def numbers_activated(sums):
        """The output activation; a category keeps its sums, which cross-entropy takes."""
        active = ACTIVATIONS[output_activation]()
        if not table:
            return active(sums)
        return torch.cat([active(part) if part.shape[1] == 1 else part for part in sums.split(table, 1)], 1)

    def objective(x):
        count = len(x)
        seen = torch.where(missing_columns(x, table), imputed.double(), x) if table else x
        z = encode(corrupted(seen, noise, mask, table) if noise or mask else seen)
        divergence = torch.zeros(())
        if variational:
            mean, log_variance = z.chunk(2, dim=1)
            draws = [Draws(SAMPLING, LAST_ROW - r) for r in range(count)]
            normal = [[row.gaussian() for _ in range(latent)] for row in draws]
            z = mean + torch.exp(0.5 * log_variance) * torch.tensor(normal, dtype=z.dtype)
            divergence = -0.5 * torch.sum(1 + log_variance - mean**2 - log_variance.exp())
        y = decode(z)
        assert y.shape == x.shape
        error = masked_mean(y, x, table, weights, loss) if table else LOSSES[loss]()(y, x)
        terms = len(table) if table else input
        if table:
            y = torch.cat([part.softmax(1) if part.shape[1] > 1 else part for part in y.split(table, 1)], 1)
        return error + sparsity * z.abs().sum() / count + beta * divergence / (count * terms), z, y

    named = dict(model.named_parameters())
    updater = make_optimizer(named, optimizer, learning_rate, beta2, momentum, nesterov, weight_decay)
    losses, first = [], {}
    for step in range(steps):
        start = step * batch % rows
        updater.zero_grad()
        value, z, y = objective(all_x[start : start + batch].double())
        value.backward()
        if step == 0:
            gradients = {name: parameter.grad.tolist() for name, parameter in named.items()}
            first = {"latent": z.tolist(), "reconstruction": y.tolist(), "gradients": gradients}
        updater.step()
        losses.append(value.item())
    if tied:
        for layer, mirror in zip(up, reversed(down)):
            mirror.weight = nn.Parameter(layer.weight.detach().T.contiguous())
    final = {name: tensor.tolist() for name, tensor in model.state_dict().items()}
    return {
        "about": f"Written by make_golden.py with PyTorch {torch.__version__} in float64 from float32 initial weights.",
        **settings,
        "x": [[None if math.isnan(value) else value for value in row] for row in all_x.tolist()],
        "initial": {name: tensor.tolist() for name, tensor in initial.items()},
        **rounded({"first_step": first, "losses": losses, "final": final}, short),
    }


def rounded(value, short):
    """Ten digits if short."""
    if isinstance(value, dict):
        return {name: rounded(member, short) for name, member in value.items()}
    if isinstance(value, list):
        return [rounded(member, short) for member in value]
    return float(f"{value:.10g}") if short else value


def main(folder, names):
    for seed, (name, case) in enumerate(CASES.items()):
        if not names or name in names:
            torch.manual_seed(seed)
            text = json.dumps(train(**case), separators=(",", ":"))
            (folder / (name + ".json")).write_text(text.replace('],"', '],\n"') + "\n")


main(Path(sys.argv[1]), sys.argv[2:])
