"""The official code tables: read by everybody, mended by the administrator, loaded by a command."""

from django.contrib import admin

from portal.admin.base import ScopedModelAdmin
from programs.admin.code_search import CodeSearchMixin
from programs.admin.filters import LevelFilter
from programs.models import ExpenseAccount, FundSource, NomenclatureNode


@admin.register(NomenclatureNode)
class NomenclatureNodeAdmin(CodeSearchMixin, ScopedModelAdmin):
    code_path = "code"
    list_display = ("code", "level", "name", "unit", "valid_from", "valid_to")
    list_filter = (LevelFilter,)
    list_select_related = ()
    search_fields = ("code", "name")
    fields = ("code", "level", "name", "unit", "decree", "valid_from", "valid_to", "predecessor")
    autocomplete_fields = ("predecessor",)


@admin.register(FundSource)
class FundSourceAdmin(ScopedModelAdmin):
    list_display = ("code", "name", "active")
    list_select_related = ()
    search_fields = ("code", "name")
    search_help_text = "Kode atau nama sumber dana"
    fields = ("code", "name", "active")


@admin.register(ExpenseAccount)
class ExpenseAccountAdmin(ScopedModelAdmin):
    list_display = ("code", "name", "level", "valid_from", "valid_to")
    list_select_related = ()
    search_fields = ("code", "name")
    search_help_text = "Kode rekening atau kata dari uraian"
    fields = ("code", "name", "level", "category", "decree", "valid_from", "valid_to")
