"""What a PyTorch network needs that PyTorch has not: texts that come along where they are used."""

from __future__ import annotations

LOCALLY_CONNECTED = '''\
class LocallyConnected2d(nn.Module):
    """A convolution that has weights of its own at every position."""

    def __init__(self, shape: tuple[int, ...], stride: tuple[int, int], dilation: tuple[int, int], bias: bool) -> None:
        """``shape`` of the weights: (rows, columns, filters, channels, kernel height, kernel width)."""
        super().__init__()
        self.stride, self.dilation = stride, dilation
        self.weight = nn.Parameter(torch.zeros(shape))
        self.bias = nn.Parameter(torch.zeros(shape[:3])) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        rows, columns, filters, _, *kernel = self.weight.shape
        cells = F.unfold(x, kernel, self.dilation, 0, self.stride)
        weight = self.weight.reshape(rows * columns, filters, -1)
        sums = torch.einsum("pfc,ncp->nfp", weight, cells).unflatten(2, (rows, columns))
        return sums if self.bias is None else sums + self.bias.permute(2, 0, 1)
'''

AVERAGE_POOL = '''\
def average_pool2d(x: Tensor, kernel: tuple[int, int], stride: tuple[int, int], zeros: tuple, beyond: tuple) -> Tensor:
    """The mean below each window. Zeros around the maps count; what lies beyond them does not."""
    counted = F.pad(F.pad(torch.ones_like(x[:1, :1]), zeros, value=1.0), beyond)
    return F.avg_pool2d(F.pad(F.pad(x, zeros), beyond), kernel, stride) / F.avg_pool2d(counted, kernel, stride)
'''

#: by the name with which a layer calls them
HELPERS = {"LocallyConnected2d": LOCALLY_CONNECTED, "average_pool2d": AVERAGE_POOL}
