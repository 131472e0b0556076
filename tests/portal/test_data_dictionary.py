"""The committed data dictionary says what the models say."""

from django.conf import settings

from portal.management.commands.data_dictionary import dictionary
from portal.triggers import project_models


def test_the_document_is_up_to_date():
    document = (settings.BASE_DIR / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert document == dictionary(), "Run: manage.py data_dictionary > docs/data-dictionary.md"


def test_every_table_is_in_it():
    document = dictionary()
    assert all(f"Table `{model._meta.db_table}`." in document for model in project_models())
