"""Shapes of official numbers that more than one model keeps."""

from django.core.validators import RegexValidator

NIP = RegexValidator(r"^[0-9]{18}$", "NIP terdiri atas 18 angka, ditulis tanpa spasi.")
