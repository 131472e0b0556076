"""What an expense line plans: the generated column and the rule in Python are one rule, to the cent."""

from decimal import Decimal

import pytest

from programs.models import Expense
from programs.rules import planned_amount
from tests.factories.programs import ExpenseFactory

TIES = [("0.50", "100.01"), ("0.50", "2.01"), ("0.50", "4.03"), ("1.50", "33333.33"), ("2.50", "18000000.33")]
ELSE = [("30", "70000"), ("0.33", "100.01"), ("0.49", "2.01"), ("0.01", "0.49"), ("0.01", "0.50"), ("0", "70000")]


@pytest.mark.parametrize(("volume", "price"), TIES + ELSE)
def test_the_database_rounds_as_the_rule_does(db: None, volume: str, price: str) -> None:
    amounts = Decimal(volume), Decimal(price)
    line = ExpenseFactory(volume=amounts[0], unit_price=amounts[1])
    wanted = planned_amount(*amounts)
    line.refresh_from_db()
    assert line.planned == wanted
    assert Expense.objects.filter(planned=wanted).exists()  # also where the database compares
    assert line.history.get().planned == wanted
