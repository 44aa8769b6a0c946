"""Module 03: the figures of the lesson on certificates across a border, and the scanner of codes."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bordercourse import page, plotting
from bordercourse.documents import make_qr, parse_mrz, practice, read_qr
from bordercourse.documents.mrz import LAYOUTS
from bordercourse.documents.verdicts import NO, QUESTIONS, STOP, YES
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark, ngettext
from bordercourse.widgets.explorer import as_png

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes

    from bordercourse.datasets import ReadableFrame
    from bordercourse.documents import Verification

__all__ = [
    "answers_of_register",
    "draw_verification",
    "scan_picture",
    "scanner",
    "show_certificate",
    "show_face_errors",
    "show_verdicts",
    "show_zone",
]

# Each answer has its own colour, sign and word, so that no reader depends on the colour.
_LOOKS = {YES: ("blue", "✓"), NO: ("vermilion", "✗"), "cannot say": ("yellow", "?")}
_SAYS = {
    "altered": mark("Content and signature do not fit. Second line; accuse nobody."),
    "expired": mark("The signer's time has ended. Ask for a newly sealed copy."),
    "revoked": mark("The issuer no longer stands behind the signer. Hear the person."),
    "not yet valid": mark("The signer's time has not begun. Check your device's date."),
    "wrong usage": mark("This key may seal other documents only. Second line."),
    "unknown key": mark("Our list does not know the signer. Protection first; then the event."),
    "corrected since": mark("A correction is ordinary. Ask for the new paper."),
    "withdrawn since": mark("The register took it back. Hear the person."),
    "unreadable": mark("The code cannot be read. Read the page itself."),
}
_FIELDS = {
    "certificate": mark("number of the certificate"),
    "entry": mark("entry"),
    "event": mark("event"),
    "event_date": mark("date of the event"),
    "name": mark("name"),
}
_DAYS = {"2 June 2025": "2025-06-02", "30 June 2025, with lists that ended on 9 June": "2025-06-30"}


def show_face_errors(errors: pd.DataFrame) -> None:
    """Show the table ``face_matching_officers_2014``: how often officers mistake a face."""
    ax = plotting.axes(height=2.5)
    names = [
        _("the photograph of somebody else,\nwrongly accepted"),
        _("the person's own photograph,\nwrongly rejected"),
    ]
    percent = errors.set_index("photo")["percent"].reindex(["another person's", "the person's own"])
    bars = ax.barh(names, percent, color=[plotting.COLOURS["vermilion"], plotting.COLOURS["sky"]])
    ax.bar_label(bars, fmt="%g", padding=4)
    ax.invert_yaxis()
    ax.set_xlim(0, 20)
    ax.set_xticks(range(0, 21, 5))
    wrong = percent["another person's"]
    title = _("In this test, officers accepted {n} of 100 photographs of somebody else").format(
        n=f"{wrong:g}"
    )
    plotting.label(ax, title=title, x=_("wrong decisions, percent of the cards of that kind"))
    numbers = "; ".join(
        f"{name}: {value:g}%".replace("\n", " ") for name, value in zip(names, percent, strict=True)
    )
    plotting.show(ax, alt=_("{title}. {said}.").format(title=title, said=numbers))


def show_zone(text: str) -> None:
    """Show a machine-readable zone: which characters a check digit covers, and which none does."""
    zone = parse_mrz(text)
    lines = zone.lines
    covered = _covered(zone.format)
    width = max(map(len, lines))
    ax = plotting.axes(width=8.6, height=0.9 + 0.62 * len(lines))
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            kind = covered.get((row, column), "none")
            face = {"covered": "sky", "digit": "blue", "none": "orange"}[kind]
            ax.add_patch(_cell(column, row, plotting.COLOURS[face], faint=kind != "digit"))
            ax.text(
                column + 0.5,
                row + 0.5,
                character,
                ha="center",
                va="center",
                family="monospace",
                fontsize=10,
                color="white" if kind == "digit" else "black",
                fontweight="bold" if kind == "digit" else "normal",
            )
    ax.set(xlim=(0, width), ylim=(len(lines) + 1.0, -0.1))
    ax.set_axis_off()
    words = (
        ("sky", _("seen by a check digit")),
        ("blue", _("a check digit")),
        ("orange", _("seen by none")),
    )
    for place, (colour, word) in enumerate(words):
        x = place * width / 3
        ax.add_patch(_cell(x, len(lines) + 0.25, plotting.COLOURS[colour], faint=colour != "blue"))
        ax.text(x + 1.5, len(lines) + 0.75, word, va="center", fontsize=10)
    total = sum(map(len, lines))
    open_ = total - len(covered)
    title = _("No check digit looks at the name: {n} of {total} characters are seen by none").format(
        n=open_, total=total
    )
    plotting.label(ax, title=title)
    plotting.show(
        ax,
        alt=_("{title}. The zone reads {zone}. The fields that no check digit covers: {fields}.").format(
            title=title, zone=" / ".join(lines), fields=", ".join(_open_fields(zone.format))
        ),
    )


def _open_fields(format: str) -> list[str]:
    from bordercourse.documents import unprotected_positions

    return [str(name) for name in unprotected_positions(format)["field"]]


def _covered(format: str) -> dict[tuple[int, int], str]:
    """Return for each covered place of a format (line, column from 0): content, or a digit itself."""
    layout = LAYOUTS[format]
    hidden = set(_open_fields(format))
    cells: dict[tuple[int, int], str] = {}
    for field, (line, first, last) in layout.places.items():
        if field in hidden:
            continue
        for position in range(first - 1, last):
            cells[line - 1, position] = "digit" if field.endswith("_digit") else "covered"
    return cells


def _cell(x: float, y: float, colour: str, *, faint: bool) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), 1, 1, facecolor=colour, alpha=0.45 if faint else 1.0, edgecolor="white")


def show_verdicts(verdicts: pd.DataFrame) -> None:
    """Show what ``documents.practice.verify_cases`` found: one line for each set of four answers.

    Certificates with the same four answers share a line, so that a room can read it from the last row.
    """
    columns = list(QUESTIONS)
    groups = list(verdicts.groupby(columns, sort=False))
    ax = plotting.axes(width=8.4, height=0.9 + 0.36 * len(groups))
    for row, (answers, _rows) in enumerate(groups):
        for column, verdict in enumerate(answers):
            answer, _colon, why = str(verdict).partition(": ")
            colour, sign = _LOOKS[answer]
            ax.add_patch(_wide_cell(column, row, plotting.COLOURS[colour]))
            text = f"{sign} {_(why) if why else _(answer)}"
            ax.text(column + 0.5, row + 0.5, text, ha="center", va="center")
    ax.set(xlim=(0, len(QUESTIONS)), ylim=(len(groups), 0))
    ax.set_xticks([i + 0.5 for i in range(len(QUESTIONS))], [_(q) for q in QUESTIONS], fontweight="bold")
    counts = [
        ngettext("{n} certificate", "{n} certificates", len(rows)).format(n=len(rows)) for _a, rows in groups
    ]
    ax.set_yticks([i + 0.5 for i in range(len(groups))], counts)
    ax.tick_params(length=0)
    ax.xaxis.tick_top()
    for spine in ax.spines.values():
        spine.set_visible(False)
    three = int(((verdicts[list(QUESTIONS[:3])] == YES).all(axis=1)).sum())
    title = _("The machine says yes three times for {n} of {total}, and never decides alone").format(
        n=three, total=len(verdicts)
    )
    plotting.label(ax, title=title)
    numbers = "; ".join(
        f"{case}: {', '.join(map(str, row))}"
        for case, row in zip(verdicts.index, verdicts[columns].itertuples(index=False), strict=True)
    )
    plotting.show(ax, alt=_("{title}. {said}.").format(title=title, said=numbers))
    page.show_html(_legend(verdicts))


def _legend(verdicts: pd.DataFrame) -> str:
    """Return a table of the reasons that occur: which certificates, what it says, what the officer does."""
    certificates: dict[str, list[str]] = {}
    for case, answers in zip(verdicts.index, verdicts[list(QUESTIONS)].itertuples(index=False), strict=True):
        for verdict in answers:
            why = str(verdict).partition(": ")[2]
            if why in _SAYS:
                certificates.setdefault(why, []).append(str(case))
    return page.table(
        [_("Reason"), _("Certificates"), _("What you do")],
        [(_(why), ", ".join(cases), _(_SAYS[why])) for why, cases in certificates.items()],
        named_rows=True,
    )


def _wide_cell(x: float, y: float, colour: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), 1, 1, facecolor=colour, alpha=0.4, edgecolor="white", linewidth=2)


def show_certificate(case: pd.Series) -> None:
    """Show one practice certificate: its code, and the four answers of the scanner.

    Parameters
    ----------
    case : pandas.Series
        A row of ``documents.practice.certificates()``.
    """
    row = case.to_dict()
    text = str(row["text"])
    plotting.show(*draw_verification(_judge(row, text), text))


def answers_of_register(cases: pd.DataFrame) -> ReadableFrame:
    """Ask Utopia's register, on this machine, about practice certificates; return what came back.

    Parameters
    ----------
    cases : pandas.DataFrame
        Rows of ``documents.practice.certificates()``, with what the officer found of each person.

    Returns
    -------
    ReadableFrame
        One row a certificate: what the officer saw first, the answer, and what differs.

    Examples
    --------
    >>> cases = practice.certificates().set_index("case_id", drop=False)
    >>> answers_of_register(cases.loc[["P10", "P01"]])["Answer"].tolist()
    ['match', 'not asked']
    """
    from bordercourse.datasets import ReadableFrame
    from bordercourse.documents.register import ask_practice_register

    replies = ask_practice_register(cases)
    # What the officer saw first: a sign of need, else a doubt about who holds it, else that there was none.
    checks = zip(replies["protection check"], replies["who holds it"], strict=True)
    before = [
        holder if sign == practice.NO_SIGN and holder != "seems the subject" else sign
        for sign, holder in checks
    ]
    fields = {field: _(word) for field, word in _FIELDS.items()}
    frame = ReadableFrame(
        {
            _("Certificate"): list(replies.index),
            _("Before asking"): [_(word) for word in before],
            _("Answer"): [_(word) for word in replies["answer"]],
            _("What differs"): [
                ", ".join(fields.get(field, field) for field in names.split(", ") if field)
                for names in replies["differs"]
            ],
        }
    )
    frame.attrs = {"synthetic": True}
    return frame


def draw_verification(verification: Verification, text: str) -> tuple[Axes, str]:
    """Return the picture and the sentence for one scanned code: the code, and its four verdicts.

    Parameters
    ----------
    verification : Verification
        The four verdicts on `text`.
    text : str
        What the code holds; it may be hostile.
    """
    from matplotlib.patches import FancyBboxPatch

    ax = plotting.axes(width=8.4, height=3.0)
    _draw_code(ax, text)
    for row, verdict in enumerate(verification.verdicts):
        colour, sign = _LOOKS[verdict.answer]
        y = 3 - row
        box = FancyBboxPatch(
            (4.5, y + 0.12),
            7.6,
            0.68,
            boxstyle="round,pad=0.06",
            facecolor=plotting.COLOURS[colour],
            alpha=0.4,
            edgecolor="none",
        )
        ax.add_patch(box)
        ax.text(4.7, y + 0.46, _(verdict.question), va="center", fontweight="bold", fontsize=12)
        ax.text(7.2, y + 0.46, f"{sign} {_(verdict.answer)}", va="center", fontsize=12)
        ax.text(12.0, y + 0.46, _(verdict.word), va="center", ha="right", fontsize=11)
    ax.set(xlim=(0, 12.3), ylim=(-0.1, 4.1))
    ax.set_aspect("equal")
    ax.set_axis_off()
    title = _("Four answers to four questions: {answers}").format(
        answers=", ".join(_(v.answer) for v in verification.verdicts)
    )
    plotting.label(ax, title=title)
    answers = "; ".join(f"{_(v.question)}: {_(v.answer)}" for v in verification.verdicts)
    return ax, _("{said}. {protection} Then: {step}").format(
        said=answers, protection=verification.protection, step=verification.next_step
    )


def _draw_code(ax: Axes, text: str) -> None:
    try:
        matrix = [list(row) for row in make_qr(text).matrix]
    except (InputError, UnicodeError):  # more than a code can carry, or characters that none can
        ax.text(2, 2, _("(no code)"), ha="center", va="center", color=plotting.COLOURS["grey"])
        return
    ax.imshow(matrix, cmap="Greys", extent=(0.1, 4.0, 0.1, 4.0), interpolation="nearest", vmin=0, vmax=1)


def scan_picture(picture: bytes | str | Path) -> str:
    """Return the text of the one code in a picture of a QR code.

    Raises
    ------
    InputError
        If the picture cannot be read, shows no code, or shows more than one.

    Examples
    --------
    >>> import io
    >>> png = io.BytesIO()
    >>> make_qr("UTOPIA").save(png, kind="png", scale=4)
    >>> scan_picture(png.getvalue())
    'UTOPIA'
    """
    codes = sorted(set(read_qr(picture)))
    if not codes:
        raise InputError(
            "picture",
            _("no code was found in it."),
            _("Take it again: closer, flat, in good light, with a white rim around the code."),
        )
    if len(codes) > 1:
        raise InputError("picture", _("it shows {n} codes.").format(n=len(codes)), _("Cut it to one code."))
    return codes[0]


def scanner(cases: pd.DataFrame | None = None) -> None:
    """Scan a certificate: pick one to practise on, or give a picture of a code; see the four verdicts.

    Parameters
    ----------
    cases : pandas.DataFrame, optional
        Certificates for the menu, as ``documents.practice.certificates()`` gives them (the default).
    """
    cases = practice.certificates() if cases is None else cases
    rows = {str(row["case_id"]): row for row in cases.to_dict("records")}
    if page.live():
        _live(rows)
        return
    first = next(iter(rows.values()))
    verification = _judge(first, str(first["text"]))
    ax, sentence = draw_verification(verification, first["text"])
    plotting.show(ax, sentence)
    page.show_html(_page(first) + _step(verification))


def _step(verification: Verification) -> str:
    """Return what the four answers leave open; the next step, where no sign of need came before it."""
    lines = [verification.bearer]
    if not verification.protection_sign:
        step = _("Only if none of this is so, the next step: {step}").format(step=verification.next_step)
        lines += [verification.protection, step]
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _judge(row: Mapping[Any, Any] | None, text: str, on: str = practice.TODAY) -> Verification:
    """Judge the code; where the row says what was seen or heard of the person, the verdict stops there."""
    return practice.verify_case(text, on=on, sign=str((row or {}).get("protection", "")))


def _page(row: Mapping[Any, Any]) -> str:
    """Return what the officer has before the scan: the printed page, what is said, and a sign to stop at."""
    sign = str(row.get("protection", practice.NO_SIGN))
    html = (
        "<p style='max-width:60em'>"
        + _("<b>{case}</b>. The page prints: <b>{name}</b>, born {date}. {told}").format(
            case=escape(str(row["case_id"])),
            name=escape(str(row["name"])),
            date=escape(str(row["printed_date"])),
            told=escape(str(row["told"])),
        )
        + "</p>"
    )
    if sign != practice.NO_SIGN:
        stop = f"{_('Protection first.')} {_(STOP)}"
    elif row.get("bearer") == "seems somebody else":
        stop = _(
            "The code is that of somebody else, who is not there. Ask no register about them, and hear the "
            "person in second line."
        )
    else:
        return html
    return html + f"<p style='border-left:4px solid;padding-left:.6em'><b>{escape(stop)}</b></p>"


def _stated(verification: Verification) -> str:
    if not verification.stated:
        return ""
    cells = page.table([], [(k, str(v)[:200]) for k, v in verification.stated.items()], named_rows=True)
    head = _("What the code states (worth what the four answers say)")
    return f"<details><summary>{head}</summary>{cells}</details>"


def _row_of(rows: Mapping[str, Mapping[Any, Any]], text: str, name: str) -> Mapping[Any, Any] | None:
    """Return the certificate that this code is of; of two with one code, the one that the file names.

    Where one of them needs protection, it is that one: to stop once too often harms nobody.
    """
    fits = {case: row for case, row in rows.items() if row["text"] == text}
    in_need = (row for row in fits.values() if row.get("protection", practice.NO_SIGN) != practice.NO_SIGN)
    return next(in_need, None) or fits.get(Path(name).stem) or next(iter(fits.values()), None)


def _live(rows: Mapping[str, Mapping[Any, Any]]) -> None:
    import ipywidgets as w
    from IPython.display import display

    wide = {"description_width": "initial"}
    line = w.Layout(width="26em", max_width="98%")
    menu = w.Dropdown(
        options=[(f"{case}: {row['name']}", case) for case, row in rows.items()],
        description=_("Certificate"),
        style=wide,
        layout=line,
    )
    day = w.Dropdown(
        options=[(_(label), day) for label, day in _DAYS.items()],
        description=_("Judge as on"),
        style=wide,
        layout=w.Layout(width="31em", max_width="98%"),
    )
    upload = w.FileUpload(
        accept="image/png,image/jpeg", multiple=False, description=_("Or give a picture of a code"),
        layout=w.Layout(width="20em"),
    )  # fmt: skip
    save = w.Button(description=_("Save this code as a picture"), layout=w.Layout(width="20em"))
    never, stays = _("Give no picture of a real person's document."), _("A picture stays on this computer.")
    safety = w.HTML(f"<b>{never}</b> {stays}")
    note = w.HTML()
    paper, picture, answers = (
        w.HTML(),
        w.Image(format="png", layout=w.Layout(max_width="100%", object_fit="contain")),
        w.HTML(),
    )
    state: dict[str, Any] = {"text": "", "paper": "", "name": "", "row": None}

    def judge() -> None:
        verification = _judge(state["row"], state["text"], day.value)
        ax, _sentence = draw_verification(verification, state["text"])
        paper.value = state["paper"]
        picture.value = as_png(ax)
        picture.layout.display = ""
        answers.value = f"<div role='status'>{verification._repr_html_()}{_stated(verification)}</div>"
        save.disabled = not state["name"]

    def picked(_change: Any = None) -> None:
        if menu.value is None:
            return
        row = rows[menu.value]
        note.value = ""
        state.update(text=str(row["text"]), paper=_page(row), name=f"{menu.value}.png", row=row)
        judge()

    def uploaded(_change: Any) -> None:
        if not upload.value:
            return
        file = upload.value[0]
        name = escape(str(file["name"]))
        note.value = ""
        try:
            state["text"] = scan_picture(bytes(file["content"]))
        except InputError as error:
            paper.value, answers.value = "", f"<p role='alert'><b>{name}: {escape(str(error))}</b></p>"
            picture.layout.display = "none"
            return
        finally:
            upload.value = ()  # the same picture may be given again
        menu.value = None  # so that the same certificate can be picked again
        row = _row_of(rows, state["text"], str(file["name"]))
        heading = f"<p><b>{_('Picture')}:</b> {name}</p>"
        state.update(paper=heading + (_page(row) if row else ""), name="", row=row)
        judge()

    def saved(_button: Any) -> None:
        try:
            make_qr(state["text"]).save(state["name"], scale=4, border=4)
            where = str(Path(state["name"]).absolute())
        except OSError as error:
            note.value = f"<p role='alert'>{escape(str(error))}</p>"
            return
        note.value = "<p role='status'>" + _(
            "Saved as <b>{name}</b>. Give it back with the button above, or photograph a print of it."
        ).format(name=escape(where)) + "</p>"  # fmt: skip

    menu.observe(picked, names="value")
    day.observe(lambda _change: judge(), names="value")
    upload.observe(uploaded, names="value")
    save.on_click(saved)
    picked()
    wrap = w.Layout(flex_flow="row wrap", grid_gap="4px 24px")
    choices, files = w.Box([menu, day], layout=wrap), w.Box([upload, save], layout=wrap)
    display(w.VBox([choices, files, safety, note, paper, picture, answers]))  # type: ignore[no-untyped-call]
