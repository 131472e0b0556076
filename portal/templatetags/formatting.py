"""Template filters of portal.formatting: `{{ training.ceiling|rupiah }}`, `{{ training.start|tanggal_panjang }}`."""

from django import template

from portal import formatting

register = template.Library()
register.filter("rupiah", formatting.rupiah)
register.filter("tanggal", formatting.tanggal)
register.filter("tanggal_panjang", formatting.tanggal_panjang)
