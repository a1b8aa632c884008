"""Exchanges model files between Hourglass and PyTorch. PyTorchTest runs it.

exchange.py read LISTING P MODEL FOLDER   loads MODEL into the class of a Listing, runs FOLDER/x.npy through it and
                                          writes FOLDER/torch-latent.npy and FOLDER/torch-reconstruction.npy
exchange.py write LISTING P MODEL FOLDER  saves a new network of that Listing as MODEL, and writes the same two files
                                          for FOLDER/x.npy

A LISTING may also be the modules of all three activations, such as GELU,Identity,Sigmoid: the shape is then 784-128-P.
"""
import sys

import numpy
import torch

from listings import Listing1, Listing2, Listing4, Variational, load_file, save_file


class Plain(torch.nn.Module):
    """One hidden layer of 128, and modules that torch.nn makes with default settings."""

    def __init__(self, p, hidden, latent, output):
        super().__init__()
        f = [getattr(torch.nn, name) for name in (hidden, latent, output)]
        self.encoder = torch.nn.Sequential(torch.nn.Linear(784, 128), f[0](), torch.nn.Linear(128, p), f[1]())
        self.decoder = torch.nn.Sequential(torch.nn.Linear(p, 128), f[0](), torch.nn.Linear(128, 784), f[2]())

    def forward(self, x):
        code = self.encoder(x)
        return code, self.decoder(code)


def main(what, listing, p, file, folder):
    classes = {"1": Listing1, "2": Listing2, "4": lambda: Listing4(int(p)), "variational": lambda: Variational(int(p))}
    model = classes[listing]() if listing in classes else Plain(int(p), *listing.split(","))
    if what == "read":
        model.load_state_dict(load_file(file))  # strict: rejects missing, extra and ill-shaped tensors
    else:
        torch.manual_seed(4)
        for parameter in model.parameters():
            parameter.data = parameter.data * 3  # wider than PyTorch's default, so that tanh and sigmoid are not linear
        save_file(model.state_dict(), file)
    with torch.no_grad():
        latent, reconstruction = model(torch.from_numpy(numpy.load(folder + "/x.npy")))
    numpy.save(folder + "/torch-latent.npy", latent.numpy())
    numpy.save(folder + "/torch-reconstruction.npy", reconstruction.numpy())
    print("PyTorch", torch.__version__)


main(*sys.argv[1:])
