"""The lab report's networks as PyTorch classes, and safetensors files.

Debian packages PyTorch but not safetensors. If that is missing, the code at the end reads and writes the format.
"""
import json
import struct

import torch
from torch import nn


class Listing1(nn.Module):
    """784-128-2, word for word except for the widths, which are smaller in the fixtures."""

    def __init__(self, inputs=28 * 28, hidden=128):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(inputs, hidden),
            nn.Tanh(),
            nn.Linear(hidden, 2),
        )
        self.decoder = nn.Sequential(
            nn.Linear(2, hidden),
            nn.Tanh(),
            nn.Linear(hidden, inputs),
            nn.Sigmoid(),
        )

    def forward(self, x):
        encoded = self.encoder(x)
        decoded = self.decoder(encoded)
        return encoded, decoded


class Listing2(nn.Module):
    """784-128-16."""

    def __init__(self, inputs=28 * 28, hidden=128):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(inputs, hidden),
            nn.Tanh(),
            nn.Linear(hidden, 16),
        )
        self.decoder = nn.Sequential(
            nn.Linear(16, hidden),
            nn.Tanh(),
            nn.Linear(hidden, inputs),
            nn.Sigmoid(),
        )

    def forward(self, x):
        encoded = self.encoder(x)
        decoded = self.decoder(encoded)
        return encoded, decoded


class Listing4(nn.Module):
    """784-256-128-p."""

    def __init__(self, p=8, inputs=28 * 28, first=256, second=128):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(inputs, first),
            nn.Tanh(),
            nn.Linear(first, second),
            nn.Tanh(),
            nn.Linear(second, p),
        )
        self.decoder = nn.Sequential(
            nn.Linear(p, second),
            nn.Tanh(),
            nn.Linear(second, first),
            nn.Tanh(),
            nn.Linear(first, inputs),
            nn.Sigmoid(),
        )

    def forward(self, x):
        encoded = self.encoder(x)
        decoded = self.decoder(encoded)
        return encoded, decoded


class Variational(Listing4):
    """The network of --variational: the encoder's last layer gives means and logarithms of variances."""

    def __init__(self, p=8, inputs=28 * 28, first=256, second=128):
        super().__init__(p, inputs, first, second)
        self.encoder[-1] = nn.Linear(second, 2 * p)

    def forward(self, x):
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        return mean, self.decoder(mean)


try:
    from safetensors.torch import load_file, save_file
except ImportError:
    DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "F64": torch.float64}

    def save_file(tensors, path):
        names = {dtype: name for name, dtype in DTYPES.items()}
        header, data = {}, b""
        for name, tensor in tensors.items():
            # numpy has no bfloat16, so write its bits as integers
            plain = tensor.contiguous().view(torch.int16) if tensor.dtype == torch.bfloat16 else tensor.contiguous()
            content = plain.numpy().tobytes()
            header[name] = {
                "dtype": names[tensor.dtype],
                "shape": list(tensor.shape),
                "data_offsets": [len(data), len(data) + len(content)],
            }
            data += content
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        with open(path, "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text + data)

    def load_file(path):
        with open(path, "rb") as file:
            content = file.read()
        (length,) = struct.unpack("<Q", content[:8])
        header = json.loads(content[8 : 8 + length])
        header.pop("__metadata__", None)
        data = bytearray(content[8 + length :])
        return {
            name: torch.frombuffer(
                data, dtype=DTYPES[entry["dtype"]], offset=entry["data_offsets"][0], count=_count(entry["shape"])
            ).reshape(entry["shape"])
            for name, entry in header.items()
        }

    def _count(shape):
        count = 1
        for dimension in shape:
            count *= dimension
        return count
