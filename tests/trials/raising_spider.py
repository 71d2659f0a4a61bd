"""Spiders with a fault of their own: what a callback that raises does to a run."""

from typing import Any

from huffarchive.spiders import SPIDERS


class Raising(SPIDERS["huffpost_qc"]):  # type: ignore[misc]
    """Raises where huffarchive's own code judges an answer."""

    name = "raising"

    def begin(self) -> bool:
        """Put the fault in."""
        begun = super().begin()
        want = self.sitemaps.want

        def raising(url: str) -> None:
            if url.endswith("_n_1000005"):
                raise AssertionError("a fault of ours")
            want(url)

        self.sitemaps.want = raising  # type: ignore[method-assign]
        return begun


class RaisingOutside(SPIDERS["huffpost_qc"]):  # type: ignore[misc]
    """Raises in the callback itself, as a subclass of somebody else may."""

    name = "raising_outside"

    async def answered(self, response: Any) -> Any:
        if response.url.endswith("_n_1000005"):
            raise AssertionError("a fault of theirs")
        return await super().answered(response)
