"""Template filters of portal.formatting: `{{ training.ceiling|rupiah }}`, `{{ training.start|tanggal_panjang }}`."""

from django import template

from portal import formatting
from portal.spreadsheets.workbook import format_count

register = template.Library()
register.filter("rupiah", formatting.rupiah)
register.filter("cacah", format_count)
register.filter("tanggal", formatting.tanggal)
register.filter("tanggal_panjang", formatting.tanggal_panjang)
