"""The part of the catalogue that is about digits, letters and clothes: MNIST and its relatives."""

from __future__ import annotations

from functools import partial

from studio.data.downloads.class_names import FASHION, KUZUSHIJI
from studio.data.downloads.entry import DownloadableDataset, RemoteFile
from studio.data.downloads.reading import DIGITS, read_idx_family, read_semeion, read_usps
from studio.data.sources.idx import EMNIST_CLASSES

_CLASSIFICATION = "image-classification"
_FOUR = tuple(
    f"{part}-{what}" for part in ("train", "t10k") for what in ("images-idx3-ubyte", "labels-idx1-ubyte")
)
_QMNIST = "https://raw.githubusercontent.com/facebookresearch/qmnist/master/"
_LIBSVM = "https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass/"
_UCI = "http://archive.ics.uci.edu/ml/machine-learning-databases/semeion/"


def _four(mirrors: tuple[str, ...], *sizes_and_sums: tuple[int, str]) -> tuple[RemoteFile, ...]:
    """MNIST's four files, packed."""
    return tuple(
        RemoteFile(f"{name}.gz", size, md5, tuple(f"{mirror}{name}.gz" for mirror in mirrors))
        for name, (size, md5) in zip(_FOUR, sizes_and_sums, strict=True)
    )


def _emnist(which: str, name: str, text: str, classes: int, samples: int) -> DownloadableDataset:
    """One of EMNIST's sets; all of them come in one archive."""
    family = f"emnist-{which}"
    needs = tuple(
        f"{family}-{part}-{what}" for part in ("train", "test")
        for what in ("images-idx3-ubyte", "labels-idx1-ubyte")
    )  # fmt: skip
    return DownloadableDataset(
        family, name, text, "Handwriting beyond digits; one download holds all sets of EMNIST.",
        _CLASSIFICATION, classes, samples, "28×28, grey", "public domain (NIST, US government)",
        "G. Cohen, S. Afshar, J. Tapson and A. van Schaik, 2017",
        "https://www.nist.gov/itl/products-and-services/emnist-dataset",
        "emnist", ("emnist/gzip", "EMNIST/raw"), needs,
        (RemoteFile("gzip.zip", 561_753_746, "58c8d27c78d21e728a6bc7b3cc06412e",
                    ("https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",), True),),
        570_000_000, "letter" if which == "letters" else "digit or letter", "letters",
        partial(read_idx_family, family=family, names=EMNIST_CLASSES[family]),
    )  # fmt: skip


LETTERS = (
    DownloadableDataset(
        "mnist", "MNIST", "70,000 handwritten digits: the dataset that everybody begins with.",
        "First steps: a small network gets 98 of 100 right in a minute.",
        _CLASSIFICATION, 10, 70_000, "28×28, grey", "CC BY-SA 3.0", "Y. LeCun, C. Cortes and C. Burges, 1998",
        "http://yann.lecun.com/exdb/mnist/", "mnist", ("mnist", "MNIST/raw"), _FOUR,
        _four(
            ("https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/"),
            (9_912_422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"), (28_881, "d53e105ee54ea40749a09fcbcd1e9432"),
            (1_648_877, "9fb629c4189551a2d022fa330f9573f3"), (4_542, "ec29112dd5afa0611ce80d1b7f02629c"),
        ),
        12_000_000, "digit", "digits", partial(read_idx_family, names=DIGITS),
    ),
    DownloadableDataset(
        "fashion-mnist-full", "Fashion-MNIST, all of it", "All 70,000 pictures of clothes; a balanced part "
        "of them comes with Lantern.", "When the bundled part is not enough.",
        _CLASSIFICATION, 10, 70_000, "28×28, grey", "MIT", "© 2017 Zalando SE",
        "https://github.com/zalandoresearch/fashion-mnist", "fashion-mnist",
        ("fashion-mnist", "FashionMNIST/raw"), _FOUR,
        _four(
            ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
            (26_421_880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"), (29_515, "25c81989df183df01b3e8a0aad5dffbe"),
            (4_422_102, "bef4ecab320f06d8554ea6380940ec79"), (5_148, "bb300cfdad3c16e7a12a480ee83cd310"),
        ),
        31_000_000, "kind of clothing", "clothes", partial(read_idx_family, names=FASHION),
    ),
    DownloadableDataset(
        "kmnist", "Kuzushiji-MNIST", "70,000 letters of old Japanese handwriting, ten kinds of them.",
        "As small as MNIST, but harder: one letter has many forms.",
        _CLASSIFICATION, 10, 70_000, "28×28, grey", "CC BY-SA 4.0",
        "T. Clanuwat et al., ROIS-DS Center for Open Data in the Humanities, 2018",
        "http://codh.rois.ac.jp/kmnist/", "kmnist", ("kmnist", "KMNIST/raw"), _FOUR,
        _four(
            ("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
            (18_165_135, "bdb82020997e1d708af4cf47b453dcf7"), (29_497, "e144d726b3acfaa3e44228e80efcd344"),
            (3_041_136, "5c965bf0a639b31b8f53240b1b52f4d7"), (5_120, "7320c461ea6c1c855c0b718fb2a4b134"),
        ),
        22_000_000, "letter", "kuzushiji", partial(read_idx_family, names=KUZUSHIJI),
    ),
    _emnist("letters", "EMNIST letters", "145,600 handwritten letters from a to z.", 26, 145_600),
    _emnist("balanced", "EMNIST digits and letters", "131,600 handwritten digits and letters, equally many "
    "of "
            "each; letters whose capitals look alike are one class.", 47, 131_600),
    DownloadableDataset(
        "qmnist", "QMNIST", "120,000 handwritten digits: MNIST's training part, and 60,000 to test on in "
        "place of 10,000.", "Was MNIST tested on too often? Here are fresh samples.",
        _CLASSIFICATION, 10, 120_000, "28×28, grey", "BSD 3-Clause", "C. Yadav and L. Bottou, Facebook, 2019",
        "https://github.com/facebookresearch/qmnist", "qmnist", ("qmnist", "QMNIST/raw"),
        tuple(f"qmnist-{p}-{w}" for p in ("train", "test") for w in ("images-idx3-ubyte", "labels-idx2-int")),
        tuple(
            RemoteFile(name, size, md5, (f"{_QMNIST}{name}",))
            for name, size, md5 in (
                ("qmnist-train-images-idx3-ubyte.gz", 9_704_059, "ed72d4157d28c017586c42bc6afe6370"),
                ("qmnist-train-labels-idx2-int.gz", 463_024, "0058f8dd561b90ffdd0f734c6a30e5e4"),
                ("qmnist-test-images-idx3-ubyte.gz", 9_742_279, "1394631089c404de565df7b7aeaf9412"),
                ("qmnist-test-labels-idx2-int.gz", 526_800, "5b5b05890a5e13444e108efe57b788aa"),
            )
        ),
        21_000_000, "digit", "digits", partial(read_idx_family, family="qmnist", names=DIGITS),
    ),
    DownloadableDataset(
        "usps", "USPS", "9,298 digits from letters that went through a US post office.",
        "Small and quick; a network trained on MNIST can be tried on it.",
        _CLASSIFICATION, 10, 9_298, "16×16, grey", "none stated; the makers ask to be cited",
        "J. Hull, 1994; in the form of LIBSVM", _LIBSVM.removesuffix("multiclass/"),
        "usps", ("usps", ""), ("usps.bz2", "usps.t.bz2"),
        (
            RemoteFile("usps.bz2", 6_579_383, "ec16c51db3855ca6c91edd34d0e9b197", (f"{_LIBSVM}usps.bz2",)),
            RemoteFile("usps.t.bz2", 1_831_726, "8ea070ee2aca1ac39742fdd1ef5ed118",
                       (f"{_LIBSVM}usps.t.bz2",)),
        ),
        9_000_000, "digit", "digits", read_usps,
    ),
    DownloadableDataset(
        "semeion", "Semeion", "1,593 digits in black and white, written by 80 people, carefully and in "
        "haste.",
        "Tiny: trains in seconds, downloads in seconds.",
        _CLASSIFICATION, 10, 1_593, "16×16, black and white", "CC BY 4.0",
        "Semeion Research Center and Tattile, UCI Machine Learning Repository, 1998",
        "https://archive.ics.uci.edu/dataset/178/semeion+handwritten+digit",
        "semeion", ("semeion", ""), ("semeion.data",),
        (RemoteFile("semeion.data", 2_866_182, "cb545d371d2ce14ec121470795a77432",
                    (f"{_UCI}semeion.data",)),),
        3_000_000, "digit", "digits", read_semeion,
    ),
)  # fmt: skip
