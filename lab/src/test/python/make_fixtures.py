"""Writes the files in core/src/test/resources/pytorch: small networks of each Listing, as PyTorch stores them, and
PyTorch's results for some rows. Run by hand: python3 make_fixtures.py FOLDER
"""
import json
import sys
from pathlib import Path

import torch

from listings import Listing1, Listing2, Listing4, save_file

NETWORKS = {
    "listing1-f32": (Listing1(inputs=20, hidden=9), torch.float32),
    "listing1-bf16": (Listing1(inputs=20, hidden=9), torch.bfloat16),
    "listing2-f16": (Listing2(inputs=20, hidden=18), torch.float16),
    "listing4-f32": (Listing4(p=3, inputs=20, first=11, second=7), torch.float32),
    "listing4-f64": (Listing4(p=3, inputs=20, first=11, second=7), torch.float64),
}


def main(folder):
    torch.manual_seed(0)
    x = torch.rand(5, 20)
    expected = {}
    for name, (model, dtype) in NETWORKS.items():
        for parameter in model.parameters():
            # Wider than PyTorch's default, so that tanh and sigmoid are not linear.
            parameter.data = torch.randn_like(parameter, dtype=torch.float64).to(dtype)
        save_file(model.state_dict(), folder / (name + ".safetensors"))
        with torch.no_grad():
            # Weights as in the file, sums in double precision: an exact reader must come close to this.
            latent, reconstruction = model.double()(x.double())
        expected[name] = {"latent": latent.tolist(), "reconstruction": reconstruction.tolist()}
    text = json.dumps({"pytorch": torch.__version__, "x": x.tolist(), "expected": expected}, separators=(",", ":"))
    (folder / "expected.json").write_text(text.replace('"listing', '\n"listing') + "\n")


main(Path(sys.argv[1]))
