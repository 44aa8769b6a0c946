"""Ordinary names of seven naming traditions, and how each writes dates.

No tradition is more or less accurate, honest or risky than another.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["TRADITIONS", "Name", "Tradition"]

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


class Name(NamedTuple):
    """A name as its bearer writes it, and its spellings in Latin letters."""

    own: str  # as its bearer writes it
    latin: tuple[str, ...]  # spellings in Latin letters


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(ch for ch in bare if not unicodedata.combining(ch))


def _names(table: str, *, spaced: bool = False) -> list[Name]:
    entries = [entry for line in table.splitlines() for entry in line.split("|")]
    found = []
    for entry in entries:
        own, *latin = [entry] if spaced else [part.replace("_", " ") for part in entry.split()]
        found.append(Name(own, tuple(latin) if own[0] > "\u05ff" else (own, _plain(own), *latin)))
    return found


@dataclass(frozen=True)
class Tradition:
    """How names and dates of one tradition are made."""

    name: str
    women: list[Name]
    men: list[Name]
    families: list[Name]
    calendar: str = "gregorian"
    calendar_country: str = ""
    calendar_share: float = 0.0
    no_family_name: float = 0.0
    family_is_father: bool = False


TRADITIONS = [
    Tradition("Khmer", _names(_KHMER_F), _names(_KHMER_M), _names(_KHMER_S), "buddhist", "KH", 0.05),
    Tradition("Thai", _names(_THAI_F), _names(_THAI_M), _names(_THAI_S), "buddhist", "TH", 0.95),
    Tradition("Arabic", _names(_ARABIC_F), _names(_ARABIC_M), _names(_ARABIC_S), "hijri", "", 0.3),
    Tradition(
        "Vietnamese",
        _names(_VIET_F, spaced=True),
        _names(_VIET_M, spaced=True),
        _names(_VIET_S, spaced=True),
    ),
    Tradition("Malay", _names(_MALAY_F), _names(_MALAY_M), _names(_MALAY_M), family_is_father=True),
    Tradition("Indonesian", _names(_INDO_F), _names(_INDO_M), _names(_INDO_S), no_family_name=0.35),
    Tradition("Portuguese", _names(_PORT_F), _names(_PORT_M), _names(_PORT_S)),
]
