"""Draw the scenes, the portraits and the map of the course: ``python tools/pictures/draw.py``.

Scenes stand in notebooks/pictures/, one a module, named by its number and slug. They are drawn here around the
faces that take.mjs brought, in one line and one palette. There are no flags, and no uniform or emblem of a real
State. Each picture carries its description in words, from descriptions.toml, where lessons find it too.
"""

from __future__ import annotations

import re
import tomllib
from html import escape
from pathlib import Path

HERE = Path(__file__).resolve().parent
PICTURES = HERE.parent.parent / "notebooks" / "pictures"
FACES = PICTURES / "taken" / "faces"
WIDTH, HEIGHT = 880, 300

INK = "#1f2a30"
SKY, SAND, WALL, SHADE = "#dcebec", "#f4ebdd", "#f8f3ea", "#e6d9c3"
TEAL, NAVY, OCHRE, CLAY, SAGE, STEEL = "#2f6f73", "#33475b", "#e0a458", "#c8694b", "#8fb09a", "#9aa7ad"
WOOD, PAPER, NIGHT = "#b98a5e", "#fffdf8", "#22344a"
LINE = f'stroke="{INK}" stroke-width="3" stroke-linejoin="round" stroke-linecap="round"'


def box(x: float, y: float, w: float, h: float, fill: str, r: float = 4, line: str = LINE) -> str:
    return f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}" fill="{fill}" {line}/>'


def path(d: str, fill: str = "none", line: str = LINE) -> str:
    return f'<path d="{d}" fill="{fill}" {line}/>'


def disc(x: float, y: float, r: float, fill: str, line: str = LINE) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{r}" fill="{fill}" {line}/>'


def ground(fill: str, y: float = 235) -> str:
    return f'<rect x="0" y="{y}" width="{WIDTH}" height="{HEIGHT - y}" fill="{fill}"/>'


def person(name: str, x: float, base: float, size: float, *, left: bool = False) -> str:
    """A bust whose shoulders end at `base`, `size` pixels wide; `left` turns the face to the left."""
    inner = re.sub(r"</?svg[^>]*>", "", (FACES / f"{name}.svg").read_text(encoding="utf-8")).strip()
    scale = size / 704
    turn = f"translate({x + size} {base - size}) scale({-scale:.4f} {scale:.4f})"
    keep = f"translate({x} {base - size}) scale({scale:.4f})"
    # The package's busts end in a straight line at 704; what hangs below is cut.
    return (
        f'<g transform="{turn if left else keep}"><g clip-path="url(#bust)">'
        f'<g transform="translate(0 0)">{inner}</g></g></g>'
    )


def desk(x: float, y: float, w: float, fill: str = WOOD) -> str:
    front = box(x + 12, y + 16, w - 24, HEIGHT - y, "#a5774d")
    return front + box(x, y, w, 18, fill)


def sheet(x: float, y: float, w: float = 46, h: float = 34, tilt: float = -6, mark: str = "") -> str:
    """A paper with lines of writing, and perhaps a stamp or a code on it."""
    lines = "".join(
        f'<line x1="{x + 7}" y1="{y + 9 + 8 * i}" x2="{x + w - 8 - 7 * (i % 2)}" y2="{y + 9 + 8 * i}" '
        f'stroke="{STEEL}" stroke-width="2.5" stroke-linecap="round"/>'
        for i in range(int((h - 10) // 8))
    )
    if mark == "stamp":
        lines += disc(x + w - 12, y + h - 11, 7, "none", f'stroke="{CLAY}" stroke-width="3"')
    if mark == "code":
        lines += code(x + w - 22, y + h - 22, 16)
    return f'<g transform="rotate({tilt} {x + w / 2} {y + h / 2})">{box(x, y, w, h, PAPER, 2)}{lines}</g>'


def code(x: float, y: float, size: float) -> str:
    """Squares that stand for a code; they hold nothing."""
    pattern = ["1101", "1011", "0110", "1101"]
    side = size / 4
    return "".join(
        f'<rect x="{x + j * side:.1f}" y="{y + i * side:.1f}" width="{side:.1f}" height="{side:.1f}" fill="{INK}"/>'
        for i, row in enumerate(pattern)
        for j, cell in enumerate(row)
        if cell == "1"
    )


def window(x: float, y: float, w: float, h: float, fill: str = SKY) -> str:
    bars = f"M{x + w / 2} {y}v{h}M{x} {y + h / 2}h{w}"
    return box(x, y, w, h, fill, 3) + path(bars)


def screen(x: float, y: float, w: float = 92, h: float = 62, fill: str = "#cfe0e2") -> str:
    foot = path(f"M{x + w / 2} {y + h}v14M{x + w / 2 - 20} {y + h + 14}h40")
    return box(x, y, w, h, NAVY, 5) + box(x + 6, y + 6, w - 12, h - 12, fill, 2, "") + foot


def shelf(
    x: float, y: float, rows: int = 2, colours: tuple[str, ...] = (CLAY, TEAL, OCHRE, NAVY, SAGE)
) -> str:
    """Shelves of register books."""
    text = ""
    for row in range(rows):
        top = y + row * 58
        for i in range(9):
            height = 34 + (i * 7 + row * 5) % 12
            text += box(x + 4 + i * 15, top + 48 - height, 13, height, colours[(i + row) % len(colours)], 1)
        text += box(x - 4, top + 48, 148, 7, WOOD, 2)
    return text


def hill(d: str, fill: str) -> str:
    return path(d, fill, "")


def palm(x: float, y: float, size: float = 1) -> str:
    trunk = path(
        f"M{x} {y}q{6 * size} {-40 * size} {-4 * size} {-78 * size}",
        "none",
        f'stroke="#8a6444" stroke-width="{7 * size}" stroke-linecap="round"',
    )
    top_x, top_y = x - 4 * size, y - 78 * size
    leaves = "".join(
        path(
            f"M{top_x} {top_y}q{dx * 0.5 * size} {-22 * size} {dx * size} {dy * size}",
            "none",
            f'stroke="{TEAL}" stroke-width="{7 * size}" stroke-linecap="round"',
        )
        for dx, dy in [(-44, 8), (-34, -16), (36, -14), (44, 10), (6, -34)]
    )
    return trunk + leaves


def house(x: float, y: float, w: float = 70, roof: str = CLAY) -> str:
    wall = box(x, y - 40, w, 40, WALL)
    top = path(f"M{x - 10} {y - 40}L{x + w / 2} {y - 78}L{x + w + 10} {y - 40}Z", roof)
    return wall + top + box(x + w / 2 - 9, y - 26, 18, 26, WOOD, 1)


def tent(x: float, y: float, w: float = 120, h: float = 74, fill: str = PAPER) -> str:
    return path(f"M{x} {y}L{x + w / 2} {y - h}L{x + w} {y}Z", fill) + path(
        f"M{x + w / 2} {y - h}L{x + w / 2 - 15} {y}M{x + w / 2} {y - h}L{x + w / 2 + 15} {y}"
    )


def boat(x: float, y: float, w: float = 190, fill: str = CLAY) -> str:
    hull = path(f"M{x} {y}q{w * 0.12} 42 {w * 0.28} 44h{w * 0.44}q{w * 0.18} -2 {w * 0.28} -44Z", fill)
    return hull + path(f"M{x + 8} {y + 14}h{w - 16}", "none", f'stroke="{OCHRE}" stroke-width="5"')


def wave(y: float, fill: str, shift: float = 0) -> str:
    d = f"M{-40 + shift} {y}" + "q20 -14 40 0t40 0" * 12 + f"V{HEIGHT}H-40Z"
    return path(d, fill, "")


def gate(x: float, y: float, open_: bool = False) -> str:
    """A passport gate: two posts, glass wings, a lamp."""
    posts = box(x, y - 96, 22, 96, STEEL) + box(x + 74, y - 96, 22, 96, STEEL)
    wings = "" if open_ else path(f"M{x + 22} {y - 74}h24v58h-24zM{x + 50} {y - 74}h24v58h-24z", "#cfe0e2")
    return posts + wings + disc(x + 11, y - 82, 5, SAGE if open_ else CLAY)


def rack(x: float, y: float, h: float = 168, lamps: str = SAGE) -> str:
    body = box(x, y, 74, h, "#2c3e50")
    rows = ""
    for i in range(int(h // 24) - 1):
        rows += box(x + 8, y + 12 + i * 24, 58, 15, "#3d5266", 2, 'stroke="#16222e" stroke-width="2"')
        rows += f'<circle cx="{x + 17}" cy="{y + 19.5 + i * 24}" r="3.2" fill="{lamps if i % 3 else OCHRE}"/>'
    return body + rows


def truck(x: float, y: float) -> str:
    body = box(x, y - 78, 150, 62, PAPER) + path(f"M{x + 150} {y - 60}h30l22 24v20h-52z", OCHRE)
    glass = path(f"M{x + 160} {y - 52}h16l13 16h-29z", SKY)
    wheels = "".join(
        disc(x + dx, y - 12, 15, INK) + disc(x + dx, y - 12, 5, STEEL, "") for dx in (36, 116, 172)
    )
    book = path(f"M{x + 52} {y - 62}q16 -8 26 2q10 -10 26 -2v30q-16 -8 -26 2q-10 -10 -26 -2z", TEAL)
    return body + glass + book + wheels


def frame(name: str, body: str, background: str) -> str:
    words = DESCRIPTIONS[name]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="d"><title id="d">{escape(words)}</title>'
        '<defs><clipPath id="bust"><rect x="-200" y="-200" width="1104" height="904"/></clipPath>'
        f'<clipPath id="edge"><rect width="{WIDTH}" height="{HEIGHT}" rx="14"/></clipPath></defs>'
        f'<g clip-path="url(#edge)"><rect width="{WIDTH}" height="{HEIGHT}" fill="{background}"/>{body}</g></svg>\n'
    )


def welcome() -> str:
    room = ground(SHADE) + window(70, 40, 130, 90) + shelf(690, 46)
    table = desk(180, 232, 520)
    people = person("lina-glad", 230, 240, 180) + person("tomas", 410, 240, 180, left=True)
    things = screen(590, 154, 100, 64) + sheet(408, 220) + sheet(236, 220, tilt=8)
    return room + people + table + things


def civil_registration() -> str:
    land = hill("M0 180Q160 110 330 170T660 150T880 175V300H0Z", SAGE) + ground("#b9c9a4", 238)
    road = path(
        "M-10 292C200 262 240 220 420 214S700 190 900 168", "none", f'stroke="{SAND}" stroke-width="26"'
    )
    village = house(60, 176) + house(150, 190, 60, OCHRE) + palm(250, 214)
    office = (
        box(640, 90, 190, 130, WALL)
        + path("M624 90h222l-28 -34h-166z", TEAL)
        + box(715, 150, 40, 70, WOOD, 2)
    )
    office += window(658, 118, 42, 40) + window(772, 118, 42, 40)
    mother = person("neva-concerned", 270, 312, 230)
    baby = path("M392 304q-2 -62 46 -66q50 4 48 66z", PAPER) + disc(440, 250, 23, "#b9794c")
    baby += path("M424 236q16 -12 32 0", "none", f'stroke="{INK}" stroke-width="5" stroke-linecap="round"')
    baby += path(
        "M431 250q3 3 6 0M444 250q3 3 6 0M436 260q5 4 9 0",
        "none",
        f'stroke="{INK}" stroke-width="2.4" stroke-linecap="round"',
    )
    return land + road + village + office + mother + f'<g transform="translate(46 22)">{baby}</g>'


def legal_identity() -> str:
    room = ground(SHADE) + window(60, 40, 120, 84) + shelf(330, 34, 1)
    counter = desk(470, 226, 380)
    officer = person("mara", 590, 234, 190, left=True)
    girls = person("rohani", 60, 312, 210) + person("vanpen-concerned", 232, 312, 210)
    things = screen(500, 142, 100, 68) + sheet(424, 246, 54, 40, -8, "stamp")
    return room + officer + counter + girls + things


def cross_border() -> str:
    river = hill("M0 150Q220 110 440 150T880 140V300H0Z", SAGE) + path(
        "M-10 218Q220 176 450 206T890 188V240Q660 222 450 244T-10 258Z", "#9cc3cc", ""
    )
    bridge = path("M30 196Q160 140 290 196", "none", f'stroke="{WOOD}" stroke-width="12"') + path(
        "M60 184v30M110 168v36M160 162v40M210 168v36M260 184v30", "none"
    )
    booth = box(520, 54, 320, 190, WALL) + box(500, 42, 360, 22, TEAL)
    officer = person("ines", 640, 240, 180, left=True)
    counter = desk(500, 230, 350)
    family = person("rosa", 210, 312, 220) + person("mira", 386, 312, 150)
    things = sheet(560, 206, 56, 40, -5, "code") + path("M720 214l12 -22h20l8 22z", CLAY)
    return river + bridge + booth + officer + counter + family + things


def without_papers() -> str:
    night = hill("M0 190Q200 130 420 180T880 160V300H0Z", "#2d455c") + disc(90, 66, 26, "#f0e3bd", "")
    stars = "".join(
        f'<circle cx="{x}" cy="{y}" r="2.4" fill="#f0e3bd"/>'
        for x, y in [(180, 40), (260, 80), (340, 36), (60, 140), (420, 96), (500, 44)]
    )
    bridge = path("M-10 206Q180 126 400 206", "none", 'stroke="#5b7f95" stroke-width="14"') + path(
        "M40 190v52M110 166v70M190 160v76M270 172v62M340 190v46", "none", 'stroke="#5b7f95" stroke-width="6"'
    )
    post = (
        box(540, 46, 310, 200, "#f2e6cf") + box(520, 34, 350, 22, TEAL) + window(566, 100, 66, 60, "#fff4d8")
    )
    officers = person("mirel", 650, 244, 180, left=True)
    counter = desk(520, 232, 340)
    people = person("man", 100, 312, 200) + person("sefa", 300, 316, 200)
    lamp = path("M600 56v6", "none") + path("M578 80q22 -34 44 0z", OCHRE)
    phone = box(560, 214, 40, 20, NAVY, 6) + path(
        "M556 212q24 -16 48 0", "none", f'stroke="{INK}" stroke-width="8" stroke-linecap="round"'
    )
    return night + stars + bridge + post + lamp + officers + counter + people + phone


def iraq() -> str:
    land = hill("M0 186Q180 140 380 176T880 150V300H0Z", "#dcc7a0") + ground("#e8d8b8", 232)
    camp = "".join(tent(x, y, 96, 58) for x, y in [(20, 190), (120, 204), (236, 190)])
    office = box(560, 60, 290, 186, WALL) + box(544, 46, 322, 22, NAVY)
    officer = person("huda", 664, 242, 184, left=True)
    counter = desk(540, 232, 320)
    family = person("amal-concerned", 230, 314, 220) + person("yasin", 396, 314, 146)
    things = sheet(580, 208, 54, 38, -8, "stamp") + shelf(700, 76, 1, (TEAL, NAVY, CLAY))
    return (
        land
        + camp
        + office
        + things.split("<g transform")[0]
        + officer
        + counter
        + family
        + sheet(580, 206, 54, 38, -8, "stamp")
    )


def mozambique() -> str:
    land = hill("M0 176Q220 130 460 170T880 150V300H0Z", "#d9b98a") + ground("#cfae7d", 240)
    sun = disc(800, 62, 30, OCHRE, "")
    trees = palm(70, 196, 1.1) + palm(600, 178, 0.8)
    hut = box(140, 150, 74, 46, "#c99a6b") + path("M126 152L177 104L228 152Z", "#8a6444")
    van = truck(620, 256)
    clerk = person("mena", 440, 300, 176, left=True)
    table = desk(430, 262, 190)
    people = person("ledi-concerned", 176, 316, 214) + person("joro", 330, 316, 146)
    book = path("M490 262q18 -12 34 0q16 -12 34 0v-22q-18 -12 -34 0q-16 -12 -34 0z", PAPER)
    return land + sun + trees + hut + van + clerk + table + people + book


def climate() -> str:
    cloud = hill("M0 0H880V74Q820 104 760 80T620 88T470 78T320 94T160 76T0 92Z", "#8da3b0")
    rain = "".join(
        path(f"M{x} {y}l-8 20", "none", 'stroke="#6f8c9c" stroke-width="3" stroke-linecap="round"')
        for x, y in [
            (80, 110),
            (160, 124),
            (260, 112),
            (360, 128),
            (460, 110),
            (560, 124),
            (660, 112),
            (760, 126),
            (830, 108),
        ]
    )
    sea = wave(206, "#8fb9c4") + wave(232, "#6fa1b0", 20)
    vessel = boat(60, 214, 230)
    sailor = person("sok", 110, 226, 130)
    shore = hill("M430 300Q520 226 640 232T880 214V300Z", "#dcc7a0")
    shelter = tent(690, 226, 150, 92)
    people = person("mai", 440, 308, 196, left=True) + person("lina", 566, 308, 190, left=True)
    box_ = box(770, 238, 58, 34, SAGE) + path("M770 250h58M799 238v34")
    return cloud + rain + sea + sailor + vessel + shore + shelter + people + box_


def disruptions() -> str:
    hall = ground(SHADE, 236) + box(0, 40, 880, 26, NAVY, 0)
    board = box(330, 70, 220, 42, NIGHT) + "".join(
        f'<rect x="{346 + 66 * i}" y="82" width="50" height="7" fill="{OCHRE}"/><rect x="{346 + 66 * i}" y="96" width="34" height="7" fill="{STEEL}"/>'
        for i in range(3)
    )
    gates = "".join(gate(x, 236) for x in (20, 130, 240))
    counter = desk(610, 232, 250)
    officer = person("nadia", 670, 240, 180, left=True)
    chair = (  # the whole chair and its rider: nobody's wheels are cut off by the edge
        path("M404 186h22v74h84l8 26h18", "none", f'stroke="{NAVY}" stroke-width="7" stroke-linecap="round"')
        + disc(446, 256, 34, "none")
        + disc(446, 256, 5, INK, "")
        + disc(520, 284, 8, "none")
    )
    legs = box(446, 234, 74, 20, STEEL, 9) + box(504, 238, 18, 44, STEEL, 8)
    people = person("rosa-concerned", 212, 316, 180) + person("mira", 100, 316, 130)
    seated = box(432, 198, 52, 52, OCHRE, 12) + legs + person("bayu", 400, 222, 116)
    water = "".join(
        box(620 + 22 * i, 206, 14, 26, "#9cc3cc", 4) + box(623 + 22 * i, 200, 8, 7, TEAL, 1) for i in range(2)
    )
    return hall + board + gates + officer + counter + people + seated + chair + water


def immunity() -> str:
    room = ground(SHADE) + window(70, 40, 120, 84)
    sign = (
        box(330, 40, 190, 60, PAPER)
        + path("M356 70h28M370 56v28", "none", f'stroke="{CLAY}" stroke-width="9" stroke-linecap="round"')
        + path("M402 60h96M402 78h70", "none", f'stroke="{STEEL}" stroke-width="6" stroke-linecap="round"')
    )
    counter = desk(480, 228, 380)
    officer = person("dan", 660, 236, 186, left=True)
    traveller = person("hana", 130, 312, 220)
    card = f'<g transform="rotate(-6 420 250)">{box(356, 216, 96, 66, "#f0c75e")}{path("M372 236h64M372 250h64M372 264h40", "none", f"stroke={chr(34)}{INK}{chr(34)} stroke-width={chr(34)}2.5{chr(34)}")}</g>'
    phone = box(520, 170, 40, 66, NAVY, 7) + box(525, 177, 30, 50, PAPER, 2, "") + code(528, 186, 24)
    return room + sign + officer + counter + traveller + card + phone


def cyber() -> str:
    room = ground("#1b2a3b", 240) + window(60, 40, 110, 80, "#2d455c") + disc(96, 70, 12, "#f0e3bd", "")
    racks = rack(640, 58) + rack(726, 58, lamps=CLAY)
    table = desk(150, 232, 460)
    people = person("tuyet", 190, 240, 184) + person("lek", 380, 240, 184, left=True)
    glow = path("M560 168L500 232H640Z", "#f7e3b0", 'opacity="0.35"')
    lamp = path("M536 232v-76l26 -14", "none") + path("M544 160q16 -34 40 -10l-8 18z", OCHRE)
    book = path("M320 232q26 -16 52 0q26 -16 52 0v-30q-26 -16 -52 0q-26 -16 -52 0z", PAPER) + path(
        "M372 202v30"
    )
    return room + racks + people + glow + lamp + table + book


def action_plan() -> str:
    room = (
        ground(SHADE)
        + box(300, 30, 280, 120, PAPER)
        + path(
            "M326 122l54 -34l46 18l60 -50l64 20",
            "none",
            f'stroke="{TEAL}" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"',
        )
    )
    room += window(60, 40, 120, 84) + window(700, 40, 120, 84)
    table = path("M70 262q370 -54 740 0v60H70z", WOOD)
    people = (
        person("ana", 70, 268, 176)
        + person("mena", 228, 262, 170)
        + person("mirel", 482, 262, 172, left=True)
        + person("tomas", 640, 268, 176, left=True)
    )
    things = sheet(250, 252) + sheet(420, 248, tilt=4) + sheet(590, 254, tilt=8)
    return room + people + table + things


SCENES = {
    "00-welcome": (welcome, WALL),
    "01-civil-registration": (civil_registration, SKY),
    "02-legal-identity": (legal_identity, WALL),
    "03-cross-border-verification": (cross_border, SKY),
    "04-irregular-migrants": (without_papers, NIGHT),
    "05-iraq": (iraq, "#e3eef0"),
    "06-mozambique": (mozambique, "#f3e2c3"),
    "07-climate-displacement": (climate, "#c6d6dc"),
    "08-major-disruptions": (disruptions, WALL),
    "09-immunity-documents": (immunity, WALL),
    "10-cyber-resilience": (cyber, NIGHT),
    "11-action-plan": (action_plan, WALL),
}


def country_map() -> str:
    """Utopia and Freedonia: two invented countries on either side of a river, the same throughout the course."""
    sea = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#bcd7dd"/>'
    utopia = path(
        "M36 262Q30 150 92 92Q170 28 292 46Q392 58 432 104Q448 168 424 232Q330 282 210 276Q110 284 36 262Z",
        "#e9dcbf",
    )
    freedonia = path(
        "M446 108Q520 44 640 54Q770 62 828 130Q862 206 802 254Q690 288 560 268Q470 262 436 234Q462 168 446 108Z",
        "#d5e2cf",
    )
    river = path(
        "M438 92Q456 168 430 244", "none", 'stroke="#6fa1b0" stroke-width="11" stroke-linecap="round"'
    )
    hills = "".join(
        path(f"M{x} {y}l16 -26l16 26", "none", f'stroke="{STEEL}" stroke-width="3"')
        for x, y in [(150, 120), (178, 132), (206, 116), (650, 120), (680, 132)]
    )
    towns = [
        ("Stonegate", 92, 168, "start", 12),
        ("Seat of the registry", 262, 206, "middle", 0),
        ("Blue Bridge", 404, 132, "end", -12),
        ("River Gate", 472, 190, "start", 12),
        ("Old Port", 118, 246, "start", 12),
        ("Capital", 640, 200, "start", 12),
    ]
    text = ""
    for name, x, y, anchor, dx in towns:
        text += disc(x, y, 6, CLAY)
        text += f'<text x="{x + dx}" y="{y + (24 if anchor == "middle" else 6)}" text-anchor="{anchor}" font-family="Noto Sans, DejaVu Sans, sans-serif" font-size="16" fill="{INK}">{name}</text>'
    for name, x, y in (("UTOPIA", 250, 88), ("FREEDONIA", 640, 92)):
        text += f'<text x="{x}" y="{y}" text-anchor="middle" font-family="Noto Sans, DejaVu Sans, sans-serif" font-size="24" font-weight="bold" letter-spacing="6" fill="{NAVY}">{name}</text>'
    return sea + utopia + freedonia + river + hills + text


def main() -> None:
    for name, (scene, background) in SCENES.items():
        (PICTURES / f"{name}.svg").write_text(frame(name, scene(), background), encoding="utf-8")
    (PICTURES / "map.svg").write_text(frame("map", country_map(), "#bcd7dd"), encoding="utf-8")


DESCRIPTIONS = tomllib.loads((HERE / "descriptions.toml").read_text(encoding="utf-8"))

if __name__ == "__main__":
    main()
