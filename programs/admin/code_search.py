"""Searching by code in any spelling, or by words."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from programs.queries import under_code
from programs.validators import normalise_code


class CodeSearchMixin:
    """A term that reads as a nomenclature code finds that code and what stands below it; else words are sought."""

    code_path: ClassVar[str]
    search_help_text = "Kode dalam penulisan apa pun, atau kata dari nama"

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[Any, bool]:
        try:
            code = normalise_code(search_term)
        except ValidationError:
            return super().get_search_results(request, queryset, search_term)
        beginning = Q(**{f"{self.code_path}__startswith": search_term.strip()})  # a code that is still being typed
        return queryset.filter(under_code(self.code_path, code) | beginning), False
