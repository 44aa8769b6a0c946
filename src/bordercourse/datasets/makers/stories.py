"""What happened to each practice certificate, and the names that stand on them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LISTED_NUMBERS", "PEOPLE", "REPLAYED", "STORIES", "UTOPIANS", "CertificateStory"]


@dataclass(frozen=True)
class CertificateStory:
    """What happened to a certificate: who sealed it, what was done to it, and what the register holds.

    Attributes
    ----------
    sealed_by : str
        The authority, by its name in the practice trust list.
    damage : str
        ``none``, ``altered`` (a date was changed after sealing) or ``torn`` (the code is cut off).
    in_register : str
        ``same``, ``day and month exchanged``, ``two spellings``, ``nothing``.
    printed : str
        How the page writes the date: ``ISO``, ``Buddhist Era`` or ``day and month exchanged``.
    told : str
        What the officer sees or hears, with places for names.
    """

    sealed_by: str
    damage: str
    in_register: str
    printed: str
    told: str


_PLAIN = "The person says that this is their own certificate."
STORIES = {
    "genuine": CertificateStory("registrar", "none", "same", "ISO", _PLAIN),
    "altered": CertificateStory("registrar", "altered", "same", "ISO", _PLAIN),
    # The closed office's books were never copied into the register: genuine, and not found.
    "expired signer": CertificateStory("former registrar", "none", "nothing", "ISO", _PLAIN),
    "revoked signer": CertificateStory("revoked registrar", "none", "same", "ISO", _PLAIN),
    "signer not yet valid": CertificateStory("future registrar", "none", "same", "ISO", _PLAIN),
    "signer for other documents": CertificateStory("health signer", "none", "same", "ISO", _PLAIN),
    "unknown issuer": CertificateStory("foreign registrar", "none", "nothing", "ISO", _PLAIN),
    "unrecognised authority, genuine event": CertificateStory(
        "harbour council",
        "none",
        "nothing",
        "ISO",
        "The council that ran the district then issued it. The hospital's birth note says the same.",
    ),
    "name written in two ways": CertificateStory(
        "registrar", "none", "two spellings", "ISO", "The passport writes the name as {other}."
    ),
    "Buddhist-Era date": CertificateStory(
        "registrar", "none", "same", "Buddhist Era", "The page prints a year that lies in the future."
    ),
    "day and month exchanged on the page": CertificateStory(
        "registrar",
        "none",
        "same",
        "day and month exchanged",
        "The page and the code do not show the same day.",
    ),
    "day and month exchanged by the clerk": CertificateStory(
        "registrar",
        "none",
        "day and month exchanged",
        "ISO",
        "The person says that the registrar wrote the date the wrong way round.",
    ),
    "replayed code": CertificateStory(
        "registrar", "none", "same", "ISO", "The code is a photograph on a telephone. The age does not fit."
    ),
    "corrected since": CertificateStory("registrar", "none", "same", "ISO", _PLAIN),
    "withdrawn since": CertificateStory("registrar", "none", "nothing", "ISO", _PLAIN),
    "torn code": CertificateStory(
        "registrar", "torn", "same", "ISO", "The corner with the code is torn off."
    ),
}
LISTED_NUMBERS = {"corrected since": "UTO-B-C0RR-0001", "withdrawn since": "UTO-M-W1TH-0002"}
REPLAYED = "replayed code"

# name as sealed, name in its own script, another lawful spelling or order, sex
PEOPLE = (
    ("BOONMEE SOMCHAI", "สมชาย บุญมี", "BUNMI SOMCHAI", "M"),
    ("SRISUK MALEE", "มาลี ศรีสุข", "SISUK MALI", "F"),
    ("CHEA SOPHEAP", "ជា សុភាព", "CHIA SOPHEAP", "F"),
    ("KEO VANNAK", "កែវ វណ្ណៈ", "KEV VANNAK", "M"),
    ("NGUYEN THI DAO", "Nguyễn Thị Đào", "THI DAO NGUYEN", "F"),
    ("TRAN VAN HUNG", "Trần Văn Hùng", "VAN HUNG TRAN", "M"),
    ("WIJAYA SUHARTINI", "Suhartini Wijaya", "WIDJAJA SOEHARTINI", "F"),
    ("SANTOSO BUDI", "Budi Santoso", "SANTOSA BOEDI", "M"),
    ("AHMAD NURUL", "Nurul binti Ahmad", "AHMED NOORUL", "F"),
    ("YUSUF HAFIZ", "Hafiz bin Yusuf", "YUSOF HAFEEZ", "M"),
    ("ALRAZI MARYAM", "مريم الرازي", "ALRAZY MARIAM", "F"),
    ("HASSAN OMAR", "عمر حسن", "HASAN UMAR", "M"),
    ("MACUACUA CELESTE", "Celeste Macuácua", "MAKUAKUA CELESTE", "F"),
    ("NHANTUMBO JOAO", "João Nhantumbo", "NYANTUMBO JOAO", "M"),
    ("ERIKSSON ANNA MARIA", "Anna María Eriksson", "ERICSSON ANNA MARIA", "F"),
    ("MUELLER JOERG", "Jörg Müller", "MULLER JORG", "M"),
)
# Names of no country, for cases in which a name must not hint at anybody's; the sexes stand as above.
UTOPIANS = (
    ("ORELDO TAVIN", "Tavin Oreldo", "ORELDOH TAVIN", "M"),
    ("SENDOVE ILVA", "Ilva Sendove", "SENDOWE ILVA", "F"),
    ("VELMARE ONNIA", "Onnia Velmare", "WELMARE ONIA", "F"),
    ("TOBREK LUMO", "Lumo Tobrek", "TOBRECK LUMO", "M"),
    ("PELLUNE DARSA", "Darsa Pellune", "PELLOUNE DARSA", "F"),
    ("BRAVELL TIMOD", "Timod Bravell", "BRAWELL TIMOD", "M"),
    ("FENNORE SULA", "Sula Fennore", "FENORE SOULA", "F"),
    ("DELVANT KORU", "Koru Delvant", "DELWANT KORU", "M"),
    ("ZERUNE MAILA", "Maila Zerune", "SERUNE MAYLA", "F"),
    ("HOLVEC RANNO", "Ranno Holvec", "HOLWEK RANO", "M"),
    ("LUNDREVE AVIRA", "Avira Lundreve", "LUNDREWE AVIRAH", "F"),
    ("QUORNE BELIM", "Belim Quorne", "KORNE BELIM", "M"),
    ("MELISTRE JOVA", "Jova Melistre", "MELISTER YOVA", "F"),
    ("PROVANNE DUKO", "Duko Provanne", "PROWANNE DUCO", "M"),
    ("THELMORE KIA", "Kia Thelmore", "TELMORE KYA", "F"),
    ("UVARDE SILLO", "Sillo Uvarde", "OUVARDE SILO", "M"),
)
