"""Load a program that is no part of a package, for tests of what it is made of."""

import importlib.util


def module_at(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
