"""The names under which people speak in circles: flowers, and for fathers trees, birds and mountains."""

from __future__ import annotations

from msgspec import Struct

from content.tree import Tree, open_as

FILE = "names.yaml"
LEAST = 16
"""Names a circle needs: twelve sit in it at most, and whoever comes in the place of another has a name of her own."""
FATHERS = "fathers"
"""The stage of circles whose people have other names."""


class Names(Struct, frozen=True, forbid_unknown_fields=True):
    """Names by whose they are; what each is called stands in the texts (`flower.<name>`)."""

    flowers: tuple[str, ...] = ()
    fathers: tuple[str, ...] = ()

    def of(self, stage: str) -> tuple[str, ...]:
        """The names of circles of a stage."""
        return self.fathers if stage == FATHERS else self.flowers


def read_names(tree: Tree) -> Names:
    """Read the names. Without the file there are none, and nobody is seated."""
    place = tree.folder / FILE
    names: Names | None = open_as(tree, place, Names) if place.exists() else None
    if names is None:
        return Names()
    for kind, some in (("flowers", names.flowers), ("fathers", names.fathers)):
        if len(set(some)) < LEAST:
            tree.blame(place, kind, f"has fewer than {LEAST} names. Twelve sit in a circle, and some come after others")
        _judge(tree, kind, some)
    return names


def _judge(tree: Tree, kind: str, some: tuple[str, ...]) -> None:
    """Blame a name without words, and two of one kind that share a sign or a word: they would be taken for each other."""
    source = {id: phrase.text for id, phrase in tree.phrases.items()}
    for code, texts in {tree.source: source, **tree.strings}.items():
        seen: dict[str, str] = {}
        for name in some:
            said = texts.get(f"flower.{name}")
            if said is None:
                if code == tree.source:
                    tree.blame(tree.folder / FILE, f"{kind}.{name}", f"has no text flower.{name}. Write it")
                continue
            for part in str(said).split(" ", 1):
                if part in seen:
                    text = f"is called {part} in {code}, and so is {seen[part]}. Give it a sign and a word of its own"
                    tree.blame(tree.folder / FILE, f"{kind}.{name}", text)
                seen[part] = name
