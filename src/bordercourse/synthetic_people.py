"""Seeded makers of invented people, and of two files that hold the same people.

The names are ordinary ones from seven naming traditions; no tradition is more or less accurate,
honest or risky than another. The rates of mistakes are assumptions chosen for teaching, equal for
all traditions, and stand in `MISTAKES`, where they can be read. One of them falls on women only,
because the procedure does: a married woman's family name may change, a man's does not.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bordercourse.datasets import SyntheticFrame
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MISTAKES", "LinkedFiles", "make_linked_files", "make_people"]

MISTAKES = {
    "one wrong letter in a name": 0.08,
    "given and family name exchanged": 0.03,
    "family name of the husband (women born before 2005)": 0.12,
    "mother's name missing": 0.05,
    "place of birth missing": 0.04,
    "place of birth wrong": 0.04,
    "day and month exchanged": 0.04,
    "1 January written for an unknown day": 0.05,
    "only the year of birth written": 0.02,
    "one wrong digit in the year": 0.015,
}


# Each entry: the name as its bearer writes it, then Latin spellings that offices use.
_KHMER_F = """សុខា Sokha Sokkha|ស្រីមុំ Sreymom Sreymum|ចាន់ថា Chantha Chanta|បុប្ផា Bopha Bupha
ធីតា Thida Tida|មាលា Mealea Malea|វណ្ណា Vanna Vana|លក្ខិណា Leakhena Lakhena|ពិសី Pisey Pisei
នារី Neary Neari|រស្មី Rasmey Reaksmey|សុភាព Sopheap Sophap|កល្យាណ Kalyan Kalyann
រតនា Ratana Rattana|ដារ៉ា Dara Dara|ចិន្តា Chenda Chinda|ស្រីនាង Sreyneang Sreynang
សុវណ្ណារី Sovannary Sovannari|ផល្លា Phalla Phala|សោភា Sophea Sophia"""
_KHMER_M = """សុវណ្ណ Sovann Sovan|វិបុល Vibol Vibul|ពិសិដ្ឋ Piseth Pisith|រិទ្ធី Rithy Rithi
សំណាង Samnang Somnang|វុទ្ធី Vuthy Vuthi|បូរ៉ា Bora Bora|ធារ៉ា Theara Thera|សុផល Sophal Sophol
កុសល Kosal Kusal|មករា Makara Makara|ឧត្តម Oudom Udom|សុជាតិ Socheat Sochet|ពៅ Pov Pou
វណ្ណៈ Vannak Vanna|ហេង Heng Heang|ច័ន្ទ Chan Chann|វីរៈ Virak Vireak|រតនៈ Ratanak Rattanak
ចំរើន Chamroeun Chamreun"""
_KHMER_S = """សុខ Sok Sokh|ចាន់ Chan Chann|គឹម Kim Kem|ហេង Heng Heang|លី Ly Li|នួន Nuon Noun
មាស Meas Mias|ទេព Tep Teb|កែវ Keo Kaev|សៅ Sao Sav|ឡុង Long Lung|ម៉ៅ Mao Mav|ជា Chea Chia
ស៊ឹម Sim Sem|ឆាយ Chhay Chay|យិន Yin Yen|រស់ Ros Rous|សេង Seng Saeng|ភួង Phuong Phoung|ប៉ែន Pen Paen"""
_THAI_F = """สุดา Suda Sudah|มาลี Malee Mali|สมศรี Somsri Somsi|พรทิพย์ Pornthip Phonthip
กาญจนา Kanchana Kanjana|วันเพ็ญ Wanpen Vanpen|นภา Napha Napa|รัตนา Rattana Ratana|อรุณี Arunee Aruni
สุภาพร Supaporn Suphaphon|ดวงใจ Duangjai Duangchai|ปราณี Pranee Prani|ศิริพร Siriporn Siriphon
วิไล Wilai Vilai|ลัดดา Ladda Lada|ทองใบ Thongbai Tongbai|กมลา Kamala Kamla|ธิดา Thida Tida
จันทร์เพ็ญ Chanpen Janpen|บุญมี Bunmee Boonmi"""
_THAI_M = """สมชาย Somchai Somchay|ประเสริฐ Prasert Prasoet|วิชัย Wichai Vichai
สุรชัย Surachai Surachay|มานะ Mana Mana|สมศักดิ์ Somsak Somsakdi|บุญมา Bunma Boonma
ชัยวัฒน์ Chaiwat Chaivat|อนันต์ Anan Anant|ธนากร Thanakorn Thanakon|วิโรจน์ Wirot Viroj
ณรงค์ Narong Narongk|สุเทพ Suthep Sutep|พิชัย Phichai Pichai|กิตติ Kitti Kitti|นิพนธ์ Niphon Nipon
มนตรี Montri Montree|สุวิทย์ Suwit Suvit|เกษม Kasem Kasaem|ไพโรจน์ Phairot Pairoj"""
_THAI_S = """ศรีสุวรรณ Srisuwan Sisuwan|ทองดี Thongdee Thongdi|บุญเรือง Bunrueang Boonruang
ใจดี Jaidee Chaidi|สุขสวัสดิ์ Suksawat Sooksawat|แก้วมณี Kaewmanee Kaeomani
วงศ์เจริญ Wongcharoen Wongjaroen|พรหมมา Phromma Promma|จันทร์ศรี Chansri Jansri
รัตนพันธ์ Rattanaphan Ratanapan|แสงทอง Saengthong Sangthong|ชัยมงคล Chaimongkhon Chaimongkol
มีสุข Meesuk Misuk|ดวงดี Duangdee Duangdi|คำแก้ว Khamkaew Kamkaeo|สายทอง Saithong Saitong
เพชรดี Phetdee Petchdi|บัวทอง Buathong Buatong|วิเศษ Wiset Vises|ทองคำ Thongkham Tongkam"""
_ARABIC_F = """فاطمة Fatima Fatimah Fatma|زينب Zainab Zaynab Zeinab|مريم Maryam Mariam
سارة Sara Sarah|نور Noor Nour Nur|هدى Huda Hoda|سعاد Suad Souad|أمل Amal Amel|رنا Rana Ranaa
ليلى Layla Leila Laila|خديجة Khadija Khadijah|عائشة Aisha Aysha|إيمان Iman Eman|شيماء Shaima Shaymaa
دعاء Duaa Doaa|نادية Nadia Nadiya|سميرة Samira Sameera|هند Hind Hend|رقية Ruqaya Ruqayyah
بشرى Bushra Boshra"""
_ARABIC_M = """محمد Mohammed Muhammad Mohamad|أحمد Ahmed Ahmad|علي Ali Aly
حسين Hussein Hussain Husayn|حسن Hassan Hasan|عمر Omar Umar|كريم Karim Kareem
يوسف Yousif Yusuf Youssef|إبراهيم Ibrahim Ebrahim|خالد Khalid Khaled|سعد Saad Sad|طارق Tariq Tarek
مصطفى Mustafa Mostafa|جاسم Jasim Jassim|عبدالله Abdullah Abdulla|عبدالرحمن Abdulrahman Abdelrahman
ياسين Yasin Yaseen|سمير Samir Sameer|ناصر Nasir Nasser|قاسم Qasim Kasim"""
_ARABIC_S = """الحداد Al-Haddad Alhadad|النجار Al-Najjar Alnajar|الخياط Al-Khayat Alkhayyat
الصباغ Al-Sabbagh Alsabagh|العطار Al-Attar Alattar|الخباز Al-Khabbaz Alkhabaz
القصاب Al-Qassab Alkassab|الحكيم Al-Hakim Alhakeem|الكاتب Al-Katib Alkateb|البناء Al-Banna Albannaa
الدباغ Al-Dabbagh Aldabagh|الفلاح Al-Fallah Alfalah|الصياد Al-Sayyad Alsayad
النقاش Al-Naqqash Alnakash|الوراق Al-Warraq Alwarrak|الزيات Al-Zayyat Alzayat|السقا Al-Saqqa Alsaka
الحمامي Al-Hamami Alhammami|الساعدي Al-Saadi Alsaedi|المعمار Al-Mimar Almimaar"""
_VIET_F = """Thị Ánh|Thị Hoa|Thị Lan|Thị Mai|Thu Hà|Minh Châu|Thanh Thủy|Ngọc Bích|Kim Liên|Thị Hồng
Phương Thảo|Bích Ngọc|Thị Tuyết|Mỹ Linh|Thùy Dung|Thị Đào|Diễm My|Hải Yến|Thị Sen|Khánh Vy"""
_VIET_M = """Văn Hùng|Văn Hưng|Minh Tuấn|Đức Anh|Quang Huy|Văn Nam|Hữu Phước|Thanh Sơn|Văn Dũng
Xuân Trường|Ngọc Hải|Công Minh|Trọng Nghĩa|Văn Đức|Quốc Bảo|Anh Tuấn|Văn Long|Tiến Đạt|Văn Tâm
Duy Khánh"""
_VIET_S = """Nguyễn|Nguyễn|Nguyễn|Nguyễn|Nguyễn|Trần|Trần|Lê|Lê|Phạm|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ
Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Trương|Đinh|Lâm|Mai|Cao"""
_MALAY_F = """Nur_Aisyah Noor_Aisyah|Siti_Aminah Siti_Amina|Fatimah Fatima|Zainab Zaynab
Rohani Ruhani|Noraini Nor_Aini|Salmah Salma|Halimah Halima|Mariam Maryam|Khadijah Khadija
Azizah Aziza|Nurul_Huda Noorul_Huda|Hasnah Hasna|Faridah Farida|Zaleha Zaliha|Rahimah Rahima
Kamariah Kamaria|Latifah Latifa|Normah Norma|Suraya Soraya"""
_MALAY_M = """Ahmad Ahmed|Mohamad Muhammad Mohd|Ismail Esmail|Abdullah Abdulah|Ibrahim Ebrahim
Hassan Hasan|Osman Othman|Yusof Yusuf|Rahman Abdul_Rahman|Zulkifli Zulkefli|Kamal Kamaal
Hamid Abdul_Hamid|Idris Edris|Jamal Jamaal|Roslan Ruslan|Azman Adzman|Shahrul Syahrul|Faizal Faisal
Hafiz Hafidz|Johari Juhari"""
_INDO_F = """Sri_Wahyuni Sri_Wahjoeni|Siti_Nurjanah Siti_Noerdjanah|Endang Endang|Ratna Ratna
Suharti Soeharti|Sumiyati Soemiati|Kartini Kartinie|Lestari Lestarie|Wulandari Woelandari
Nurhayati Noerhajati|Rahmawati Rachmawati|Suryani Soerjani|Indah Indah|Ningsih Ningsi
Puspita Poespita|Murni Moerni|Tuti Toeti|Yanti Janti|Maryati Marjati|Susilawati Soesilawati"""
_INDO_M = """Budi Boedi|Agus Agoes|Slamet Selamet|Suparman Soeparman|Bambang Bambang|Joko Djoko
Sutrisno Soetrisno|Wahyu Wahjoe|Hendra Hendra|Rudi Roedi|Supriyadi Soeprijadi|Yanto Janto|Dedi Dedy
Eko Eko|Taufik Taufiq|Surya Soerja|Untung Oentoeng|Hadi Hady|Mulyono Moeljono|Iwan Irwan"""
_INDO_S = """Santoso Santosa|Wijaya Widjaja|Siregar Siregar|Nasution Nasoetion|Hutapea Hoetapea
Lubis Loebis|Gunawan Goenawan|Kusuma Koesoema|Pratama Pratama|Saputra Sapoetra|Hidayat Hidajat
Setiawan Setyawan|Susanto Soesanto|Nugroho Noegroho|Ginting Ginting|Tanjung Tandjoeng|Halim Haliem
Rahardjo Raharjo|Purnomo Poernomo|Utami Oetami"""
_PORT_F = """Maria_da_Conceição|Ana_Paula|Joana Johana|Luísa Luiza|Graça|Fátima|Isabel Izabel
Teresa Tereza|Rosália|Esperança|Celeste|Amélia|Beatriz Beatris|Lúcia|Inês Ines|Glória|Helena Elena
Catarina Katarina|Júlia|Assunção"""
_PORT_M = """João|José Jose|António Antônio|Luís Luiz|Manuel Manoel|Armando|Tomás Thomaz|Alberto
Fernando|Sebastião|Inácio Ignácio|Simão|Zacarias|Elias|Bernardo|Domingos|Estêvão Estevam|Jerónimo
Lourenço|Vicente"""
_PORT_S = """Machava|Sitoe Sitói|Cossa Kossa|Nhantumbo|Langa|Macuácua Makwakwa|Tembe|Muianga Muyanga
Matsinhe Matsinye|Mabunda|Cuamba Kuamba|Massingue|Bila|Nguenha Ngwenya|da_Silva Silva
dos_Santos Santos|Sousa Souza|Mucavele Mukavele|Uamusse Wamusse|Zandamela"""


class _Name(NamedTuple):
    own: str  # as its bearer writes it
    latin: tuple[str, ...]  # spellings in Latin letters


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(ch for ch in bare if not unicodedata.combining(ch))


def _names(table: str, *, spaced: bool = False) -> list[_Name]:
    entries = [entry for line in table.splitlines() for entry in line.split("|")]
    found = []
    for entry in entries:
        own, *latin = [entry] if spaced else [part.replace("_", " ") for part in entry.split()]
        found.append(_Name(own, tuple(latin) if own[0] > "\u05ff" else (own, _plain(own), *latin)))
    return found


@dataclass(frozen=True)
class _Tradition:
    """How names and dates of one tradition are made."""

    name: str
    women: list[_Name]
    men: list[_Name]
    families: list[_Name]
    calendar: str = "gregorian"
    calendar_country: str = ""
    calendar_share: float = 0.0
    no_family_name: float = 0.0
    family_is_father: bool = False


_TRADITIONS = [
    _Tradition("Khmer", _names(_KHMER_F), _names(_KHMER_M), _names(_KHMER_S), "buddhist", "KH", 0.05),
    _Tradition("Thai", _names(_THAI_F), _names(_THAI_M), _names(_THAI_S), "buddhist", "TH", 0.95),
    _Tradition("Arabic", _names(_ARABIC_F), _names(_ARABIC_M), _names(_ARABIC_S), "hijri", "", 0.3),
    _Tradition(
        "Vietnamese",
        _names(_VIET_F, spaced=True),
        _names(_VIET_M, spaced=True),
        _names(_VIET_S, spaced=True),
    ),
    _Tradition("Malay", _names(_MALAY_F), _names(_MALAY_M), _names(_MALAY_M), family_is_father=True),
    _Tradition("Indonesian", _names(_INDO_F), _names(_INDO_M), _names(_INDO_S), no_family_name=0.35),
    _Tradition("Portuguese", _names(_PORT_F), _names(_PORT_M), _names(_PORT_S)),
]


class _Person(NamedTuple):
    tradition: _Tradition
    sex: str
    given: _Name
    family: _Name | None
    mother: tuple[_Name, _Name | None]
    birth: dt.date
    place: str


def _people(n: int, rng: np.random.Generator) -> list[_Person]:
    """Make families of one to four children, so that siblings and twins are in the files."""
    people: list[_Person] = []
    while len(people) < n:
        people += _siblings(rng)[: n - len(people)]
    return people


def _siblings(rng: np.random.Generator) -> list[_Person]:
    tradition = _TRADITIONS[rng.integers(len(_TRADITIONS))]
    family = None if rng.random() < tradition.no_family_name else _pick(rng, tradition.families)
    mother_family = _pick(rng, tradition.families) if family else None
    mother = (_pick(rng, tradition.women), mother_family)
    place = f"UT-{rng.integers(1, 61):02d}"
    first = dt.date(1950, 1, 1) + dt.timedelta(days=int(rng.integers(0, 25_500)))
    children: list[_Person] = []
    for _child in range(rng.choice([1, 2, 3, 4], p=[0.6, 0.25, 0.1, 0.05])):
        sex = "F" if rng.random() < 0.5 else "M"
        pool = tradition.women if sex == "F" else tradition.men
        given = _pick(rng, [name for name in pool if all(name != c.given for c in children)])
        twin = bool(children) and rng.random() < 0.02
        gap = 0 if twin or not children else int(rng.integers(300, 1500))
        first += dt.timedelta(days=gap)
        children.append(_Person(tradition, sex, given, family, mother, first, place))
    return children


def _pick(rng: np.random.Generator, names: list[_Name]) -> _Name:
    return names[rng.integers(len(names))]


def _size(n: int) -> int:
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise InputError("n", repr(n), _("Give a whole number of people, 1 or more."))
    return int(n)


_COLUMNS = [
    "record_id",
    "given_name",
    "family_name",
    "sex",
    "birth_date",
    "calendar",
    "calendar_country",
    "place_of_birth",
    "mother_name",
    "true_person",
]


def make_people(n: int = 200, seed: int = 1) -> pd.DataFrame:
    """Make a birth register of invented people, without mistakes.

    Parameters
    ----------
    n : int
        People, 1 or more; some are siblings or twins.
    seed : int
        The same seed makes the same people.

    Returns
    -------
    SyntheticFrame
        One row a person: record_id, given_name and family_name in the bearer's own script
        (family_name is missing for people who have one name only), sex (F, M), birth_date as
        written in its calendar (day/month/year), calendar, calendar_country, place_of_birth (a
        district code of Utopia), mother_name, and true_person, which no method may read when it
        links.

    Raises
    ------
    InputError
        If `n` is not a whole number of 1 or more.

    Examples
    --------
    >>> make_people(3).columns.tolist()[:5]
    ['record_id', 'given_name', 'family_name', 'sex', 'birth_date']
    """
    people = _people(_size(n), np.random.default_rng(seed))
    rng = np.random.default_rng([seed, 1])
    return _frame([_in_register(i, person, rng) for i, person in enumerate(people)])


class LinkedFiles(NamedTuple):
    """Two files that hold the same people.

    Attributes
    ----------
    register : SyntheticFrame
        The birth register: own script, own calendar, no mistakes but those of calendars.
    database : SyntheticFrame
        The identity database: Latin letters, with the mistakes in `MISTAKES`, in another order.
    """

    register: pd.DataFrame
    database: pd.DataFrame


def make_linked_files(n: int = 5000, seed: int = 1, *, shared: float = 1.0) -> LinkedFiles:
    """Make a birth register and an identity database of the same invented people.

    Modelled on FEBRL's data set 4 (two files of 5,000 with the same people, one with mistakes),
    for names in four scripts and three calendars.

    Parameters
    ----------
    n : int
        People, 1 or more.
    seed : int
        The same seed makes the same files.
    shared : float
        Share of people who stand in both files, above 0 to 1. The others stand in one file only;
        some of them are brothers and sisters of people in the other one.

    Returns
    -------
    LinkedFiles
        `register` and `database`, n rows each, with the columns of `make_people`. The column
        true_person holds the answer. `bordercourse.identity.link` does not read it.

    Raises
    ------
    InputError
        If `n` is not a whole number of 1 or more, or `shared` is outside its range.

    Examples
    --------
    >>> register, database = make_linked_files(50)
    >>> sorted(register["true_person"]) == sorted(database["true_person"])
    True
    """
    if not 0 < shared <= 1:
        raise InputError("shared", repr(shared), _("Give a share above 0 and up to 1."))
    n = _size(n)
    both = round(n * shared)
    people = _people(2 * n - both, np.random.default_rng(seed))
    rng = np.random.default_rng([seed, 2])
    mixed = rng.permutation(len(people))
    order = rng.permutation(np.concatenate([mixed[:both], mixed[n:]]))
    in_register = np.sort(mixed[:n])
    rng_register = np.random.default_rng([seed, 1])
    register = _frame([_in_register(int(at), people[at], rng_register) for at in in_register])
    database = _frame([_in_database(i, int(at), people[at], rng) for i, at in enumerate(order)])
    return LinkedFiles(register, database)


def _frame(rows: list[tuple[object, ...]]) -> SyntheticFrame:
    frame = SyntheticFrame(rows, columns=_COLUMNS)
    return SyntheticFrame(frame.astype(dict.fromkeys(_COLUMNS, "str")))


def _full(given: str, family: str | None) -> str:
    return f"{given} {family}" if family else given


def _in_register(at: int, person: _Person, rng: np.random.Generator) -> tuple[object, ...]:
    tradition = person.tradition
    family = person.family.own if person.family else None
    if tradition.family_is_father and family:
        family = f"{'binti' if person.sex == 'F' else 'bin'} {family}"
    calendar = tradition.calendar if rng.random() < tradition.calendar_share else "gregorian"
    country = tradition.calendar_country if calendar == "buddhist" else None
    mother, mother_family = person.mother
    return (
        f"R{at + 1:05d}",
        person.given.own,
        family,
        person.sex,
        _written(person.birth, calendar, country, rng),
        calendar,
        country,
        person.place,
        _full(mother.own, mother_family.own if mother_family else None),
        f"P{at + 1:05d}",
    )


def _written(day: dt.date, calendar: str, country: str | None, rng: np.random.Generator) -> str:
    if calendar == "hijri":
        from hijridate import Gregorian

        # Where the moon was sighted, the month began a day later than the tables say.
        seen = day - dt.timedelta(days=1) if rng.random() < 0.2 else day
        hijri = Gregorian(seen.year, seen.month, seen.day).to_hijri()
        return f"{hijri.day}/{hijri.month}/{hijri.year}"
    offset = 0
    if calendar == "buddhist":
        offset = 544 if country == "KH" and day.month > 5 else 543
    return f"{day.day}/{day.month}/{day.year + offset}"


def _in_database(at: int, person_at: int, person: _Person, rng: np.random.Generator) -> tuple[object, ...]:
    happens = {mistake: rng.random() < rate for mistake, rate in MISTAKES.items()}
    tradition = person.tradition
    given = _spelling(person.given, rng)
    family = _spelling(person.family, rng) if person.family else None
    married = person.sex == "F" and person.birth.year < 2005 and not tradition.family_is_father
    if happens["family name of the husband (women born before 2005)"] and married and family:
        family = _spelling(_pick(rng, tradition.families), rng)
    if happens["one wrong letter in a name"]:
        if family and rng.random() < 0.5:
            family = _slip(family, rng)
        else:
            given = _slip(given, rng)
    if happens["given and family name exchanged"] and family:
        given, family = family, given
    mother: str | None = _full(
        _spelling(person.mother[0], rng), _spelling(person.mother[1], rng) if person.mother[1] else None
    )
    place: str | None = person.place
    if happens["place of birth wrong"]:
        place = f"UT-{rng.integers(1, 61):02d}"
    return (
        f"D{at + 1:05d}",
        given,
        family,
        person.sex,
        _birth_in_database(person.birth, happens, rng),
        "gregorian",
        None,
        None if happens["place of birth missing"] else place,
        None if happens["mother's name missing"] else mother,
        f"P{person_at + 1:05d}",
    )


def _spelling(name: _Name, rng: np.random.Generator) -> str:
    return name.latin[rng.integers(len(name.latin))]


def _slip(text: str, rng: np.random.Generator) -> str:
    """Exchange, drop, double or replace one letter."""
    at = int(rng.integers(len(text)))
    kind = rng.integers(4)
    if kind == 0 and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 1 and len(text) > 3:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[:at] + text[at] + text[at:]
    return text[:at] + "abcdefghijklmnopqrstuvwxyz"[rng.integers(26)] + text[at + 1 :]


def _birth_in_database(day: dt.date, happens: dict[str, bool], rng: np.random.Generator) -> str:
    year, month, date = day.year, day.month, day.day
    if happens["only the year of birth written"]:
        return str(year)
    if happens["1 January written for an unknown day"]:
        month, date = 1, 1
    elif happens["day and month exchanged"] and date <= 12:
        month, date = date, month
    elif happens["one wrong digit in the year"]:
        year = 1950 + (year - 1950 + int(rng.choice([1, 2, 10, 20]))) % 75
        date = min(date, 28) if month == 2 else date
    return f"{date}/{month}/{year}"
