"""Well-known datasets to download, as torchvision has them: addresses, checksums, formats.

Source of addresses and MD5 sums: torchvision 0.27's `datasets`; for CIFAR its makers' page, because
torchvision takes the pickled version, and nothing that is downloaded here is ever unpickled. Entries
without a checksum in torchvision (FGVC-Aircraft, Stanford Cars) are left out.
"""

from __future__ import annotations

from functools import partial

from studio.core.registry import Registry
from studio.data.downloads.catalogue_letters import LETTERS
from studio.data.downloads.class_names import EUROSAT, FLOWERS, IMAGENETTE, SIGNS
from studio.data.downloads.entry import DownloadableDataset, RemoteFile
from studio.data.downloads.listing import (
    read_class_folders,
    read_flowers,
    read_food,
    read_part_folders,
    read_pets,
    read_signs,
    read_textures,
)
from studio.data.downloads.reading import read_cifar, read_stl10, read_svhn
from studio.data.fixed_split import TEST, TRAIN

_CLASSIFICATION = "image-classification"
_NO_LICENCE = "none stated; the makers ask to be cited"
_TORONTO = "https://www.cs.toronto.edu/~kriz/"
_OXFORD = "https://www.robots.ox.ac.uk/~vgg/data/"
_SIGNS = "https://sid.erda.dk/public/archives/daaeac0d7ce1152aea9b61d9f1e19370/"
_VOC = "https://thor.robots.ox.ac.uk/pascal/VOC/voc2007/"

_PICTURES = (
    DownloadableDataset(
        "cifar10", "CIFAR-10", "60,000 small colour pictures: aeroplanes, cars, birds, cats, deer, dogs, "
        "frogs, horses, ships and lorries.", "The step from grey to colour: needs a convolutional network.",
        _CLASSIFICATION, 10, 60_000, "32×32, colour", _NO_LICENCE,
        "A. Krizhevsky, V. Nair and G. Hinton, 2009", f"{_TORONTO}cifar.html",
        "cifar10", ("cifar10/cifar-10-batches-bin", "cifar-10-batches-bin"),
        (*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin", "batches.meta.txt"),
        (RemoteFile("cifar-10-binary.tar.gz", 170_052_171, "c32a1d4ab5d03f1284b67883e8d87530",
                    (f"{_TORONTO}cifar-10-binary.tar.gz",), True),),
        185_000_000, "what it is", "things",
        partial(read_cifar, train=tuple(f"data_batch_{i}.bin" for i in range(1, 6)), test="test_batch.bin",
                names_file="batches.meta.txt", label_bytes=1),
    ),
    DownloadableDataset(
        "cifar100", "CIFAR-100", "60,000 small colour pictures of 100 things, from apples to worms.",
        "Many classes with few pictures each: harder than CIFAR-10.",
        _CLASSIFICATION, 100, 60_000, "32×32, colour", _NO_LICENCE,
        "A. Krizhevsky, V. Nair and G. Hinton, 2009", f"{_TORONTO}cifar.html",
        "cifar100", ("cifar100/cifar-100-binary", "cifar-100-binary"),
        ("train.bin", "test.bin", "fine_label_names.txt"),
        (RemoteFile("cifar-100-binary.tar.gz", 168_513_733, "03b5dce01913d631647c71ecec9e9cb8",
                    (f"{_TORONTO}cifar-100-binary.tar.gz",), True),),
        185_000_000, "what it is", "things",
        partial(read_cifar, train=("train.bin",), test="test.bin", names_file="fine_label_names.txt",
                label_bytes=2),
    ),
    DownloadableDataset(
        "svhn", "Street View House Numbers", "99,289 digits cut from photos of house numbers.",
        "Digits as they are out there: blurred, slanted, with neighbours.",
        _CLASSIFICATION, 10, 99_289, "32×32, colour", "for non-commercial use only",
        "Y. Netzer et al., Stanford University and Google, 2011", "http://ufldl.stanford.edu/housenumbers/",
        "svhn", ("svhn", ""), ("train_32x32.mat", "test_32x32.mat"),
        (
            RemoteFile("train_32x32.mat", 182_040_794, "e26dedcc434d2e4c54c9b2d4a06d8373",
                       ("http://ufldl.stanford.edu/housenumbers/train_32x32.mat",)),
            RemoteFile("test_32x32.mat", 64_275_384, "eb5a983be6a315427106f1b164d9cef3",
                       ("http://ufldl.stanford.edu/housenumbers/test_32x32.mat",)),
        ),
        250_000_000, "digit", "numbers", read_svhn,
    ),
    DownloadableDataset(
        "stl10", "STL-10", "13,000 colour pictures of ten animals and vehicles, larger than CIFAR's; 100,000 "
        "more without labels come along.", "Few labels for many pixels: good for augmentation.",
        _CLASSIFICATION, 10, 13_000, "96×96, colour", _NO_LICENCE,
        "A. Coates, H. Lee and A. Ng, Stanford University, 2011", "https://cs.stanford.edu/~acoates/stl10/",
        "stl10", ("stl10/stl10_binary", "stl10_binary"),
        ("train_X.bin", "train_y.bin", "test_X.bin", "test_y.bin", "class_names.txt"),
        (RemoteFile("stl10_binary.tar.gz", 2_640_397_119, "91f7769df0f17e558f3565bffb0c7dfb",
                    ("http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz",), True),),
        3_200_000_000, "what it is", "things", read_stl10,
    ),
    DownloadableDataset(
        "imagenette", "Imagenette", "13,394 photos of ten things that are easy to tell apart: churches, golf "
        "balls, parachutes, fish.", "Real photos in a size that a laptop can take.",
        _CLASSIFICATION, 10, 13_394, "about 160×200, colour", "parts of ImageNet: for research and teaching",
        "J. Howard, fast.ai, 2019", "https://github.com/fastai/imagenette",
        "imagenette", ("imagenette/imagenette2-160", "imagenette2-160"), ("train", "val"),
        (RemoteFile("imagenette2-160.tgz", 98_948_031, "e793b78cc4c9e9a4ccc0c1155377a412",
                    ("https://s3.amazonaws.com/fast-ai-imageclas/imagenette2-160.tgz",), True),),
        130_000_000, "what it is", "photos",
        partial(read_part_folders, parts={"train": TRAIN, "val": TEST}, names=IMAGENETTE),
    ),
    DownloadableDataset(
        "oxford-iiit-pet", "Oxford-IIIT Pet", "7,349 photos of 37 breeds of cats and dogs.",
        "Telling apart what looks much alike: shows what a pretrained network is worth.",
        _CLASSIFICATION, 37, 7_349, "photos of many sizes", "CC BY-SA 4.0",
        "O. Parkhi, A. Vedaldi, A. Zisserman and C. Jawahar, 2012", f"{_OXFORD}pets/",
        "oxford-iiit-pet", ("oxford-iiit-pet",),
        ("images", "annotations/trainval.txt", "annotations/test.txt"),
        (
            RemoteFile("images.tar.gz", 791_918_971, "5c4f3ee8e5d25df40f4fd59a7f44e54c",
                       (f"{_OXFORD}pets/data/images.tar.gz",), True),
            RemoteFile("annotations.tar.gz", 19_173_078, "95a8c909bbe2e81eed6a22bccdf3f68f",
                       (f"{_OXFORD}pets/data/annotations.tar.gz",), True),
        ),
        850_000_000, "breed", "pets", read_pets,
    ),
    DownloadableDataset(
        "flowers102", "Flowers-102", "8,189 photos of 102 flowers that grow in Britain.",
        "Many classes, fine differences in colour and form.",
        _CLASSIFICATION, 102, 8_189, "photos, at least 500 wide", _NO_LICENCE,
        "M.-E. Nilsback and A. Zisserman, University of Oxford, 2008", f"{_OXFORD}flowers/102/",
        "flowers-102", ("flowers-102",), ("jpg", "imagelabels.mat", "setid.mat"),
        (
            RemoteFile("102flowers.tgz", 344_862_509, "52808999861908f626f3c1f4e79d11fa",
                       (f"{_OXFORD}flowers/102/102flowers.tgz",), True),
            RemoteFile("imagelabels.mat", 502, "e0620be6f572b9609742df49c70aed4d",
                       (f"{_OXFORD}flowers/102/imagelabels.mat",)),
            RemoteFile("setid.mat", 14_989, "a5357ecc9cb78c4bef273ce3793fc85c",
                       (f"{_OXFORD}flowers/102/setid.mat",)),
        ),
        350_000_000, "flower", "flowers", partial(read_flowers, classes=FLOWERS),
    ),
    DownloadableDataset(
        "food101", "Food-101", "101,000 photos of 101 dishes; some training labels are wrong, as in real "
        "life.",
        "A large dataset of real photos: patience or a GPU is needed.",
        _CLASSIFICATION, 101, 101_000, "photos, up to 512 wide", "photos from foodspotting.com: for research",
        "L. Bossard, M. Guillaumin and L. Van Gool, ETH Zürich, 2014",
        "https://data.vision.ee.ethz.ch/cvl/datasets_extra/food-101/",
        "food101", ("food101/food-101", "food-101"), ("images", "meta/train.json", "meta/test.json"),
        (RemoteFile("food-101.tar.gz", 4_996_278_331, "85eeb15f3717b99a5da872d97d918f87",
                    ("http://data.vision.ee.ethz.ch/cvl/food-101.tar.gz",), True),),
        5_200_000_000, "dish", "food", read_food,
    ),
    DownloadableDataset(
        "dtd", "Describable Textures", "5,640 photos of 47 textures: striped, woven, bubbly, cracked.",
        "Surfaces in place of things: what do the first layers look for?",
        _CLASSIFICATION, 47, 5_640, "photos, 300 to 640 wide", "for research",
        "M. Cimpoi et al., University of Oxford, 2014", f"{_OXFORD}dtd/",
        "dtd", ("dtd/dtd",), ("images", "labels/train1.txt", "labels/val1.txt", "labels/test1.txt"),
        (RemoteFile("dtd-r1.0.1.tar.gz", 625_239_812, "fff73e5086ae6bdbea199a49dfb8a4c1",
                    (f"{_OXFORD}dtd/download/dtd-r1.0.1.tar.gz",), True),),
        640_000_000, "texture", "textures", read_textures,
    ),
    DownloadableDataset(
        "eurosat", "EuroSAT", "27,000 pictures of Europe from a satellite: forest, river, houses, industry.",
        "Geography: what the land is used for, seen from above.",
        _CLASSIFICATION, 10, 27_000, "64×64, colour", "MIT",
        "P. Helber et al., DFKI, with Copernicus Sentinel data, 2018", "https://github.com/phelber/eurosat",
        "eurosat", ("eurosat/2750",), tuple(EUROSAT),
        (RemoteFile("EuroSAT.zip", 94_658_721, "c8fa014336c82ac7804f0398fcb19387",
                    ("https://huggingface.co/datasets/torchgeo/eurosat/resolve/"
                     "c877bcd43f099cd0196738f714544e355477f3fd/EuroSAT.zip",), True),),
        100_000_000, "use of the land", "land", partial(read_class_folders, names=EUROSAT),
    ),
    DownloadableDataset(
        "gtsrb", "German Traffic Signs", "39,270 pictures of 43 traffic signs, as a car's camera sees them.",
        "What driving computers need: small, dark and blurred pictures, unequal classes.",
        _CLASSIFICATION, 43, 39_270, "15×15 to 250×250, colour", "none stated; free to use",
        "J. Stallkamp et al., Ruhr-Universität Bochum, 2012", "https://benchmark.ini.rub.de/",
        "gtsrb", ("gtsrb",), ("GTSRB/Training", "GTSRB/Final_Test/Images", "GT-final_test.csv"),
        (
            RemoteFile("GTSRB-Training_fixed.zip", 187_490_228, "513f3c79a4c5141765e10e952eaa2478",
                       (f"{_SIGNS}GTSRB-Training_fixed.zip",), True),
            RemoteFile("GTSRB_Final_Test_Images.zip", 88_978_620, "c7e4e6327067d32654124b0fe9e82185",
                       (f"{_SIGNS}GTSRB_Final_Test_Images.zip",), True),
            RemoteFile("GTSRB_Final_Test_GT.zip", 99_620, "fe31e9c9270bbcd7b84b7f21a9d9d9e5",
                       (f"{_SIGNS}GTSRB_Final_Test_GT.zip",), True),
        ),
        400_000_000, "sign", "signs", partial(read_signs, classes=SIGNS),
    ),
    DownloadableDataset(
        "voc2007", "Pascal VOC 2007", "9,963 photos with boxes around 20 kinds of things: people, animals, "
        "vehicles, furniture.", "The classic of object detection: where is what?",
        "object-detection", 20, 9_963, "photos, about 500×375", "photos from Flickr, under its terms",
        "M. Everingham et al., 2007", "http://host.robots.ox.ac.uk/pascal/VOC/voc2007/",
        "voc2007", ("voc2007/VOCdevkit/VOC2007", "VOCdevkit/VOC2007"),
        ("JPEGImages", "Annotations", "ImageSets/Main/trainval.txt", "ImageSets/Main/test.txt"),
        (
            RemoteFile("VOCtrainval_06-Nov-2007.tar", 460_032_000, "c52e279531787c972589f7e41ab4ae64",
                       (f"{_VOC}VOCtrainval_06-Nov-2007.tar",), True),
            RemoteFile("VOCtest_06-Nov-2007.tar", 451_020_800, "b6e924de25625d8de591ea690078ad9f",
                       (f"{_VOC}VOCtest_06-Nov-2007.tar",), True),
        ),
        950_000_000, "things and their boxes", "boxes",
    ),
)  # fmt: skip

DOWNLOADS: Registry[DownloadableDataset] = Registry("dataset to download", (*LETTERS, *_PICTURES))
