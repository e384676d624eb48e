"""Other programs need not be there: their tests are collected where they are asked for."""


def pytest_ignore_collect(collection_path, config):
    return None if config.option.markexpr == "others" else True
