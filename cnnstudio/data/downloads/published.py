"""The published data sets that can be fetched: their files with sizes, sums and the places where they are.

Sizes and sha256 of files are those that TensorFlow Datasets publishes for each of them (``url_checksums``).
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.data import cache
from cnnstudio.data.dataset import DataError
from cnnstudio.files.plain import is_plain


@dataclass(frozen=True)
class Remote:
    """A file that servers have.

    Attributes:
        name: what it is called here.
        size: its bytes.
        sha256: of these, in hex.
        places: its addresses; each is asked where those before it fail.
        inside: sha256 in hex of what a ``.gz`` unpacks to, where that is known too; else "".
        members: the files that are taken out of an archive, which itself is not kept; () of what is no archive.
    """

    name: str
    size: int
    sha256: str
    places: tuple[str, ...]
    inside: str = ""
    members: tuple[str, ...] = ()

    @property
    def kept(self) -> tuple[str, ...]:
        """The names of the files that are there once it has been fetched."""
        return tuple(Path(member).name for member in self.members) or (self.name,)


@dataclass(frozen=True)
class Published:
    """A data set that can be fetched.

    Attributes:
        name: by which designs and the command line know it.
        title, sentence: what people read.
        files: all that is fetched for it.
        classes: what its labels mean, in order; () where its files say so themselves.
    """

    name: str
    title: str
    sentence: str
    files: tuple[Remote, ...]
    classes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes that are fetched in all."""
        return sum(file.size for file in self.files)

    @property
    def folder(self) -> Path:
        """Where it is kept; it need not exist."""
        return cache.folder() / "downloads" / self.name

    @property
    def is_here(self) -> bool:
        """Whether all of it has been fetched: its files get their names once their sums are right."""
        return all(is_plain(self.folder / name) for file in self.files for name in file.kept)


def why_not_here(found: Published) -> DataError:
    """That a set has not been fetched yet, and how it is."""
    return DataError(
        "{title} is not on this computer yet: fetch it ({size:bytes}) in the window with File ▸ Data ▸ Download, or "
        "with “cnnstudio data {name} --download”.",
        title=found.title,
        size=found.size,
        name=found.name,
    )


_FOUR = ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
         "t10k-labels-idx1-ubyte.gz")  # fmt: skip


def _four(places: tuple[str, ...], *about: tuple[int, str] | tuple[int, str, str]) -> tuple[Remote, ...]:
    """The four files of MNIST, or of a set like it, in folders of servers."""
    return tuple(
        Remote(name, known[0], known[1], tuple(place + name for place in places), *known[2:])
        for name, known in zip(_FOUR, about, strict=True)
    )


MNIST = Published(
    "mnist", title="MNIST", sentence="Handwritten digits, 28×28 grey (LeCun, Cortes and Burges, 1998)",
    files=_four(
        ("https://storage.googleapis.com/cvdf-datasets/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/"),
        (9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
         "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        (28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
         "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        (1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
         "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        (4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
         "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    ),
)  # fmt: skip
FASHION_MNIST = Published(
    "fashion-mnist", title="Fashion-MNIST", sentence="Clothes and shoes, 28×28 grey (Xiao, Rasul and Vollgraf, 2017)",
    files=_four(
        ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
         "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/"),
        (26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
        (29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
        (4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
        (5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
    ),
    classes=("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"),
)  # fmt: skip
KMNIST = Published(
    "kmnist", title="KMNIST", sentence="Old Japanese letters in ten classes, 28×28 grey (Clanuwat and others, 2018)",
    files=_four(
        ("http://codh.rois.ac.jp/kmnist/dataset/kmnist/", "https://codh.rois.ac.jp/kmnist/dataset/kmnist/"),
        (18_165_135, "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"),
        (29_497, "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
        (3_041_136, "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"),
        (5_120, "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"),
    ),
    classes=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
)  # fmt: skip
EMNIST_LETTERS = Published(
    "emnist-letters", title="EMNIST letters", sentence="Handwritten letters, 28×28 grey (Cohen and others, 2017)",
    files=(
        Remote(
            "gzip.zip", 561_753_746, "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e",
            ("https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
             "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/gzip.zip"),
            members=tuple(f"gzip/emnist-letters-{part}-{what}-ubyte.gz" for part in ("train", "test")
                          for what in ("images-idx3", "labels-idx1")),
        ),
    ),
    classes=tuple(string.ascii_lowercase),
)  # fmt: skip
CIFAR_10 = Published(
    "cifar-10", title="CIFAR-10", sentence="Small photographs in ten classes, 32×32 in colour (Krizhevsky, 2009)",
    files=(
        Remote(
            "cifar-10-binary.tar.gz", 170_052_171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
            ("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
             "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/cifar-10-binary.tar.gz"),
            members=tuple(f"cifar-10-batches-bin/{name}" for name in (
                *(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin", "batches.meta.txt")),
        ),
    ),
)  # fmt: skip

#: by the name that designs and the command line know them by
PUBLISHED: dict[str, Published] = {
    found.name: found for found in (MNIST, FASHION_MNIST, KMNIST, EMNIST_LETTERS, CIFAR_10)
}
