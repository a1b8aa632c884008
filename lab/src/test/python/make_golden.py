"""Writes the golden files of the variants in core/src/test/resources/golden: small networks trained by PyTorch in
float64, which GoldenTest repeats. Run by hand: python3 make_golden.py FOLDER
"""
import json
import math
import sys
from pathlib import Path

import torch
from torch import nn

STEPS, BATCH, ROWS, RATE = 30, 16, 32, 0.005
BITS = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15
CORRUPTION, SAMPLING = 1, 2  # Random.Purpose, counted from 1
SEED, EPOCH, LAST_ROW = 17, 1_000_000, (1 << 31) - 1  # as in the tests' Step

CASES = {
    "bce": dict(input=20, hidden=[9], latent=3, loss="bce"),
    "sparse": dict(input=18, hidden=[11, 7], latent=4, sparsity=0.01),
    "tied": dict(input=19, hidden=[11, 7], latent=3, variant="tied", weight_decay=0.1),
    "variational": dict(input=20, hidden=[9], latent=3, variant="variational", loss="bce"),
    "variational-mse": dict(input=18, hidden=[11, 7], latent=2, variant="variational", beta=0.5),
    "denoising": dict(input=20, hidden=[9], latent=3, noise=0.3, mask=0.25),
}


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


def corrupted(rows, noise, mask):
    result = rows.clone()
    for r, row in enumerate(result):
        draws = Draws(CORRUPTION, LAST_ROW - r)
        row += torch.tensor([noise * draws.gaussian() for _ in row], dtype=row.dtype)
        row[torch.tensor([draws.chance(mask) for _ in row])] = 0
    return result


def stack(widths, last):
    layers = []
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        layers += [nn.Linear(inputs, outputs), nn.Tanh()]
    return nn.Sequential(*layers[:-1], *last)


def train(
    input, hidden, latent, variant="plain", loss="mse", sparsity=0.0, beta=1.0, weight_decay=0.0, noise=0.0, mask=0.0
):
    variational, tied = variant == "variational", variant == "tied"
    widths = [input, *hidden, latent]
    encoder = stack([input, *hidden, latent * 2 if variational else latent], [])
    decoder = stack(widths[::-1], [nn.Sigmoid()])
    model = nn.ModuleDict({"encoder": encoder, "decoder": decoder})
    for parameter in model.parameters():
        parameter.data *= 2  # wider than PyTorch's default, so that tanh and sigmoid are not linear
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
    all_x = torch.rand(ROWS, input)

    def decode(z):
        if not tied:
            return decoder(z)
        for layer, mirror in zip(reversed(up), down):
            z = nn.functional.linear(z, layer.weight.T, mirror.bias)
            z = torch.sigmoid(z) if mirror is down[-1] else torch.tanh(z)
        return z

    def objective(x):
        rows = len(x)
        z = encoder(corrupted(x, noise, mask) if noise or mask else x)
        divergence = torch.zeros(())
        if variational:
            mean, log_variance = z.chunk(2, dim=1)
            draws = [Draws(SAMPLING, LAST_ROW - r) for r in range(rows)]
            normal = [[row.gaussian() for _ in range(latent)] for row in draws]
            z = mean + torch.exp(0.5 * log_variance) * torch.tensor(normal, dtype=z.dtype)
            divergence = -0.5 * torch.sum(1 + log_variance - mean**2 - log_variance.exp())
        y = decode(z)
        error = nn.functional.binary_cross_entropy(y, x) if loss == "bce" else nn.functional.mse_loss(y, x)
        return error + sparsity * z.abs().sum() / rows + beta * divergence / (rows * input), z, y

    named = dict(model.named_parameters())
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for name, p in named.items() if name.endswith("weight")], "weight_decay": weight_decay},
            {"params": [p for name, p in named.items() if name.endswith("bias")], "weight_decay": 0},
        ],
        lr=RATE,
    )
    losses, first = [], {}
    for step in range(STEPS):
        start = step * BATCH % ROWS
        optimizer.zero_grad()
        value, z, y = objective(all_x[start : start + BATCH].double())
        value.backward()
        if step == 0:
            gradients = {name: parameter.grad.tolist() for name, parameter in named.items()}
            first = {"latent": z.tolist(), "reconstruction": y.tolist(), "gradients": gradients}
        optimizer.step()
        losses.append(value.item())
    if tied:
        for layer, mirror in zip(up, reversed(down)):
            mirror.weight = nn.Parameter(layer.weight.detach().T.contiguous())
    return {
        "about": f"Written by make_golden.py with PyTorch {torch.__version__} in float64 from float32 initial weights.",
        "input": input,
        "hidden": hidden,
        "latent": latent,
        "variant": variant,
        "loss": loss,
        "sparsity": sparsity,
        "beta": beta,
        "noise": noise,
        "mask": mask,
        "weight_decay": weight_decay,
        "steps": STEPS,
        "batch": BATCH,
        "learning_rate": RATE,
        "x": all_x.tolist(),
        "initial": {name: tensor.tolist() for name, tensor in initial.items()},
        "first_step": first,
        "losses": losses,
        "final": {name: tensor.tolist() for name, tensor in model.state_dict().items()},
    }


def main(folder):
    for seed, (name, case) in enumerate(CASES.items()):
        torch.manual_seed(seed)
        text = json.dumps(train(**case), separators=(",", ":"))
        (folder / (name + ".json")).write_text(text.replace('],"', '],\n"') + "\n")


main(Path(sys.argv[1]))
