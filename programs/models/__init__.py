"""The models of programs; other apps import them from here."""

from programs.models.budget_line import BudgetLine
from programs.models.expense import Expense
from programs.models.instructor import Instructor
from programs.models.nomenclature import ExpenseAccount, FundSource, NomenclatureNode
from programs.models.sipd import SipdRow, SipdUpload
from programs.models.training import InvitedRt, Session, Training, TrainingPart
from programs.models.unit_cost_cap import UnitCostCap

__all__ = [
    "BudgetLine",
    "Expense",
    "ExpenseAccount",
    "FundSource",
    "Instructor",
    "InvitedRt",
    "NomenclatureNode",
    "Session",
    "SipdRow",
    "SipdUpload",
    "Training",
    "TrainingPart",
    "UnitCostCap",
]
