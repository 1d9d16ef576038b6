"""Keep the chart of accounts, the funders and the books; all of them data.

Codes follow the habit of small enterprises and non-profit bodies; ``local_code`` maps an account to what the local
accountant uses.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.foundation.errors import Conflict
from canteen.ledger.tables import GENESIS, Account, Book, Funder

TILL = "1001"
BANK = "1002"
OWN_CODE_CLEARING = "1012.02"
LOTTERY_RECEIVABLE = "1122.01"
BUDGET_RECEIVABLE = "1122.02"
COLLECTIVE_RECEIVABLE = "1122.03"
CHARITY_RECEIVABLE = "1122.04"
DELIVERY_RECEIVABLE = "1122.05"
OPERATOR_RECEIVABLE = "1122.06"
SITE_RECEIVABLE = "1122.07"
UNDUE_RECEIVABLE = "1122.08"
TAB = "1122.09"
COURIER_CASH = "1221.01"
CLAWBACK_RECEIVABLE = "1224"
SUSPENSE = "1901"
OWED = "2241.01"
CLAWBACK_DUE = "2241.02"
PENALTY_DUE = "2241.03"
SUBSIDY_PAYABLE = "2302"
DONATIONS = "2401"
OWN_REVENUE = "5001.01"
SUBSIDY_REVENUE = "5001.02"
PUBLIC_REVENUE = "5001.03"
LET_OFF_REVENUE = "5001.05"
DELIVERY_REVENUE = "5051.01"
OPERATOR_REVENUE = "5051.02"
DISCOUNT = "5401.01"
BANK_FEE = "5401.02"
FORGIVEN = "5401.03"
CLAWBACK_LOSS = "5601"
PENALTY_LOSS = "5711"
SUBSIDY_EXPENSE = "6001"

CHART = (
    (TILL, "库存现金", "debit"),
    (BANK, "银行存款", "debit"),
    (OWN_CODE_CLEARING, "食堂收款码在途", "debit"),
    (LOTTERY_RECEIVABLE, "应收助餐补贴 福彩公益金", "debit"),
    (BUDGET_RECEIVABLE, "应收助餐补贴 财政资金", "debit"),
    (COLLECTIVE_RECEIVABLE, "应收助餐补贴 村集体", "debit"),
    (CHARITY_RECEIVABLE, "应收助餐补贴 慈善捐赠", "debit"),
    (DELIVERY_RECEIVABLE, "应收送餐补贴", "debit"),
    (OPERATOR_RECEIVABLE, "应收按餐运营补贴", "debit"),
    (SITE_RECEIVABLE, "应收运营补贴", "debit"),
    (UNDUE_RECEIVABLE, "应收误发补贴 由资金方承担", "debit"),
    (TAB, "应收个人餐费 记账", "debit"),
    (COURIER_CASH, "应收送餐员代收餐费", "debit"),
    (CLAWBACK_RECEIVABLE, "应收追回补贴", "debit"),
    (SUSPENSE, "待处理差异", "either"),
    (OWED, "应付退款 退个人餐费", "credit"),
    (CLAWBACK_DUE, "应退补贴款", "credit"),
    (PENALTY_DUE, "应付罚款", "credit"),
    (SUBSIDY_PAYABLE, "应付补贴", "credit"),
    (DONATIONS, "限定性捐赠 未使用", "credit"),
    (OWN_REVENUE, "餐费收入 个人自付", "credit"),
    (SUBSIDY_REVENUE, "餐费收入 补贴", "credit"),
    (PUBLIC_REVENUE, "餐费收入 社会就餐", "credit"),
    (LET_OFF_REVENUE, "餐费收入 让利部分", "credit"),
    (DELIVERY_REVENUE, "送餐收入", "credit"),
    (OPERATOR_REVENUE, "运营补贴收入", "credit"),
    (DISCOUNT, "食堂让利", "debit"),
    (BANK_FEE, "支付手续费", "debit"),
    (FORGIVEN, "餐费减免", "debit"),
    (CLAWBACK_LOSS, "追回补贴损失", "debit"),
    (PENALTY_LOSS, "罚款支出", "debit"),
    (SUBSIDY_EXPENSE, "补贴支出", "debit"),
)

_RECEIVABLES = {
    "lottery_fund": LOTTERY_RECEIVABLE,
    "public_budget": BUDGET_RECEIVABLE,
    "collective": COLLECTIVE_RECEIVABLE,
    "charity": CHARITY_RECEIVABLE,
}


def funder_account(kind: str) -> str:
    """Return the receivable account of a kind of funder."""
    return _RECEIVABLES[kind]


def load_chart(session: Session) -> None:
    """Write the accounts that are missing; present ones keep their local code."""
    present = set(session.scalars(select(Account.code)))
    session.add_all(Account(code=code, name=name, side=side) for code, name, side in CHART if code not in present)
    session.flush()


def account_of_canteen(session: Session, *, account: str, canteen_ref: str) -> str:
    """Return the account that a funder's book keeps for one canteen, opened under its heading where it is new."""
    heading = session.get_one(Account, account)
    code = f"{account}.{canteen_ref}"
    if session.get(Account, code) is None:
        session.add(Account(code=code, name=f"{heading.name} {canteen_ref}", side=heading.side))
        session.flush()
    return code


def book_of_funder(session: Session, *, funder_code: str) -> int:
    """Return the book of a funder, opened where it has none; `Conflict` ``ledger.book_opened`` where two did so."""
    found = session.scalar(select(Book.id).where(Book.funder_code == funder_code))
    if found is not None:
        return found
    book = Book(funder_code=funder_code, seq=0, hash=GENESIS)
    try:
        with session.begin_nested():
            session.add(book)
            session.flush()
    except IntegrityError:
        raise Conflict("ledger.book_opened") from None
    return book.id


def ensure_funder(session: Session, *, code: str, name: str, kind: str, region_code: str | None) -> Funder:
    """Return the funder of this code, registered when it is not there yet."""
    funder = session.get(Funder, code)
    if funder is None:
        funder = Funder(code=code, name=name, kind=kind, region_code=region_code)
        session.add(funder)
        session.flush()
    return funder
