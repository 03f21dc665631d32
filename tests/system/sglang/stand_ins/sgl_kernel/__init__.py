"""Stands in for SGLang's compiled kernels: any name can be imported, none can be called."""

__version__ = "0"


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)

    def not_here(*arguments, **named):
        raise NotImplementedError(f"sgl_kernel.{name} is only a name here")

    return not_here
