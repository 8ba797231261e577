"""Small invented files in the layouts of the published ones, with their traps. No row is taken from a published file.

The codes are those of the rule book and a few that it does not know; days, limits and indicators are made up.
"""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

RATIONALE = "More extensive procedure"
OTHERS = (
    "10021\t10022\t\t20200101\t*\t1\t" + RATIONALE,
    "10021\t10023\t*\t19960101\t20200331\t0\tMutually exclusive procedures",
)
PAIR_ROWS = (
    "77372\t77373\t\t20200101\t*\t0\t" + RATIONALE,
    "77334\t77336\t\t20200101\t*\t1\t" + RATIONALE,
    "77371\t77372\t\t20200101\t20261115\t1\t" + RATIONALE,
    "77300\t77301\t\t20200101\t20200101\t9\t" + RATIONALE,
    "77300\t77301\t\t20261001\t*\t0\t" + RATIONALE,
)
LIMIT_ROWS = ("61796,1,2 Date of Service Edit: Policy,Own", "77300,8,3 Date of Service Edit: Clinical,Own")
LIMIT_ROWS += ("77334,0,3 Date of Service Edit: Clinical,Own", "10021,3,1 Line Edit,Own")
ADD_ON_ROWS = (
    (1, "61797", None, "61796", None, 2020001, None, None),
    (1, "61799", None, "61798", None, 2020001, 2020366, None),
    (2, "61800", None, "CCCCC", None, 2020001, None, "A note that is not kept"),
    (1, 10022, None, 10021, None, 2020001, None, None),
)
FEES = (("61796", "", "A", "0", "090"), ("61797", "", "A", "0", "ZZZ"), ("77334", "", "A", "1", "XXX"))
FEES += (("77334", "26", "A", "1", "XXX"), ("77300", "", "I", "3", "XXX"), ("10021", "", "A", "0", "000"))


def pairs(rows: Sequence[str] = PAIR_ROWS, others: Sequence[str] = OTHERS, preamble: int = 2) -> bytes:
    """A pair table: notices, the heading over four rows, tabs, CRLF, and a cp1252 byte in the notice."""
    notice = ["An invented notice \u00ae of rights."] + ["Column1/Column2 Edits"] * (preamble - 1)
    head = [line + "\t" * 6 for line in notice]
    head += [
        "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale",
        "\t\tprior to 1996\tDate\tDate\t0=not allowed\t",
        "\t\t\t\t*=no data\t1=allowed\t",
        "\t\t\t\t\t9=not applicable\t",
    ]
    return ("\r\n".join([*head, *others, *rows]) + "\r\n").encode("cp1252")


def limits(
    rows: Sequence[str] = LIMIT_ROWS, table: str = "Practitioner Services", bom: bool = False
) -> bytes:
    """A unit-limit table: a first record over several lines, and a line break inside the first heading."""
    notice = '"An invented notice, with commas,\n\nand \u00ae signs over\nlines",,,'
    head = f'"HCPCS/\nCPT Code",{table} MUE Values,MUE Adjudication Indicator,MUE Rationale'
    text = "\r\n".join([notice, head, *rows]) + "\r\n"
    return b"\xef\xbb\xbf" + text.encode() if bom else text.encode("cp1252")


def add_ons(rows: Sequence[Sequence[object]] = ADD_ON_ROWS) -> bytes:
    heading = ("AOC_Edit_Type", "Add-On_Code", "AOC_DelDT", "Primary_Code", "Primary_Code_DelDT")
    heading += ("AOC_Edit_EffDT", "AOC_Edit_DelDT", "Special_Instruction_Notes")
    return sheet([("An invented notice",), heading, *rows])


def fees(rows: Sequence[Sequence[str]] = FEES, year: int = 2026, month: str = "October") -> bytes:
    """A fee-schedule table: the heading stands in four rows; from 2026 it has one column more before ENDO BASE."""
    newer = year >= 2026
    above = (
        ",,,STATUS,MEDICARE,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,"
    )
    above += "MULT,BILAT,ASST,CO-,TEAM,"
    below = (
        "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,"
    )
    below += "OP,OP,OP,PROC,SURG,SURG,SURG,SURG,"
    above += "PRIC,ENDO,CONV" if newer else "ENDO,CONV"
    below += "IND,BASE,FACTOR" if newer else "BASE,FACTOR"
    blank = "," * (25 if newer else 24)
    head = [
        f",,{year} National Physician Fee Schedule Relative Value File {month} Release{blank[2:]}",
        f",,RELEASED 01/02/{year}{blank[2:]}",
        f",,,,NOT USED{blank[4:]}",
        f",,,,FOR{blank[4:]}",
        above,
        below,
    ]
    data = [
        f"{code},{modifier},Words of somebody else,{status},,1.00,1.00,,1.00,NA,0.10,2.10,2.10,{component},{days},"
        f"0.00,0.00,0.00,0,0,2,0,0,{'9,' if newer else ''},30.0000"
        for code, modifier, status, component, days in rows
    ]
    return ("\r\n".join([*head, *data]) + "\r\n").encode("cp1252")


def fees_fixed(rows: Sequence[Sequence[str]] = FEES) -> bytes:
    lines = ["HDR INVENTED NOTICE"] * 7
    for code, modifier, status, component, days in rows:
        start = f"{code:5}{modifier:2}{'Words of somebody else':50}{status}"
        middle = f"{component}{days:>3}.00.00.0000200"
        lines.append(f"{start:102}{middle:69}")
    return ("\r\n".join(lines) + "\r\n").encode()


def sheet(rows: Sequence[Sequence[object]]) -> bytes:
    """A spreadsheet with these rows; numbers become numeric cells."""
    book = Workbook(write_only=True)
    page = book.create_sheet()
    for row in rows:
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pairs_sheet(rows: Sequence[str] = PAIR_ROWS, others: Sequence[str] = OTHERS) -> bytes:
    lines = pairs(rows, others).decode("cp1252").split("\r\n")
    cells = [
        [int(cell) if cell.isdigit() else cell or None for cell in line.split("\t")] for line in lines if line
    ]
    return sheet(cells)


def zipped(**members: bytes) -> bytes:
    """An archive; a member `a__txt` is called a.txt."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
