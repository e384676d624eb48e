"""Writes Debian's package dataset-fashion-mnist as one CSV file in Kaggle's layout.

python tests/bench/fashion_csv.py FASHION.csv [FOLDER]
"""

import gzip
import sys
from pathlib import Path

import numpy as np

FOLDER = "/usr/share/datasets/fashion-mnist"
PARTS = ["train", "t10k"]


def read_idx(path):
    """An array of bytes in the IDX format: type, number of dimensions, sizes, values."""
    data = gzip.decompress(Path(path).read_bytes())
    shape = np.frombuffer(data, ">i4", data[3], 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


def write_csv(path, folder=FOLDER):
    """Write all 70,000 images, those for training first."""
    digits = [str(value) for value in range(256)]
    with open(path, "w") as file:
        file.write(",".join(["label", *(f"pixel{i}" for i in range(784))]) + "\n")
        for part in PARTS:
            images = read_idx(Path(folder) / f"{part}-images-idx3-ubyte.gz").reshape(-1, 784)
            labels = read_idx(Path(folder) / f"{part}-labels-idx1-ubyte.gz")
            for row in np.column_stack([labels, images]).tolist():
                file.write(",".join([digits[value] for value in row]) + "\n")


if __name__ == "__main__":
    write_csv(*sys.argv[1:3])
