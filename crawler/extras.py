"""What is installed on demand: packages that are heavy, and that one command alone needs."""

from importlib import import_module

from crawler.errors import WrongUse


def need(extra: str, what: str, *modules: str) -> None:
    """Import the modules of an extra of pyproject.toml, for `what` needs them ("a report").

    Raises `WrongUse`, which says how to install it, where one is not there.
    """
    for module in modules:
        try:
            import_module(module)
        except ModuleNotFoundError as error:
            if error.name is None or not module.startswith(error.name):
                raise
            raise WrongUse(
                f"{what} needs {module.partition('.')[0]}, which is not installed: "
                f"pip install '.[{extra}]' in the folder of bookcrawl"
            ) from error
