"""The plan of an expense line rounds half a cent up on both databases; a generated column can only be made anew."""

from decimal import Decimal

from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Round

ROUNDED = Round(F("volume") * F("unit_price") + Value(Decimal("0.00001")), precision=2)


def _anew(model_name: str) -> list[migrations.operations.base.Operation]:
    planned = models.GeneratedField(
        db_persist=True,
        expression=ROUNDED,
        output_field=models.DecimalField(decimal_places=2, max_digits=18),
        verbose_name="rencana",
    )
    return [
        migrations.RemoveField(model_name, "planned"),
        migrations.AddField(model_name, "planned", planned),
    ]


class Migration(migrations.Migration):
    dependencies = [("programs", "0003_unit_cost_cap")]

    operations = [*_anew("expense"), *_anew("historicalexpense")]
