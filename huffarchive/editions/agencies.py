"""The agencies whose copy the paper carried: a closed list."""

import re

from huffarchive.editions.edition import Agency


def _agency(name: str, written: str, *logos: str) -> Agency:
    pattern = re.compile(rf"(?<!\w)(?:{written})(?!\w)", re.IGNORECASE)
    return Agency(name, pattern, tuple(logo.lower() for logo in logos))


AGENCIES: tuple[Agency, ...] = (
    _agency("Relaxnews", r"(?:AFP[ /-]{0,3})?Relax\s?news|AFP Relax", "AFPRelQC", "AFPRel"),
    _agency("AFP", r"AFP(?:QC)?|Agence[ -]France[ -]Presse", "AFPQC", "AFPQC2", "AFP"),
    _agency(
        "La Presse Canadienne",
        r"(?:La )?Presse Canadienne|(?:The )?Canadian Press|PC",
        "CP",
        "PC",
        "CPQC",
        "PCQC",
    ),
    _agency("Radio-Canada", r"(?:ICI )?Radio[ -]Canada(?:\.ca)?|SRC", "RCQC", "RC", "SRC"),
    _agency("CBC", r"CBC(?: News)?(?:\.ca)?", "CBC"),
    _agency("AP", r"(?:The |L')?Associated Press|AP", "AP", "APQC"),
    _agency("Reuters", r"(?:Thomson )?Reuters", "Reuters", "ReutersQC"),
    _agency("Bloomberg", r"Bloomberg(?: News)?", "Bloomberg"),
    _agency("CNW", r"CNW(?: Telbec)?|Telbec|Groupe CNW", "CNW"),
    _agency("QMI", r"(?:Agence )?QMI", "QMI"),
    _agency("Belga", r"(?:Agence )?Belga", "Belga"),
    _agency("Xinhua", r"Xinhua|Chine nouvelle", "Xinhua"),
    _agency("EFE", r"EFE", "EFE"),
    _agency("dpa", r"dpa", "dpa"),
    _agency("ANSA", r"ANSA", "ANSA"),
)
"""In this order a text is searched: the narrower name first."""
