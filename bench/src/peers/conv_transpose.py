"""Writes PyTorch's transposed convolution, which DJL lacks, as a TorchScript module.

    python3 conv_transpose.py resources/io/hourglass/benchmarks/ConvTranspose.pt
"""
import sys

import torch


class ConvTranspose(torch.nn.Module):
    def forward(self, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, numbers: torch.Tensor):
        stride = int(numbers[0])
        padding = int(numbers[1])
        output_padding = int(numbers[2])
        return torch.conv_transpose2d(x, weight, bias, stride, padding, output_padding)


torch.jit.save(torch.jit.script(ConvTranspose()), sys.argv[1])
