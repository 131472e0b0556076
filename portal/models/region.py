"""Kemendagri areas: the code is the key, names repeat (a kecamatan and one of its desa may share one)."""

from django.db import models

from portal.enums import RegionLevel


class Region(models.Model):
    """An area of Kepmendagri 300.2.2-2138/2025: `35.07` regency, `35.07.33` kecamatan, `35.07.33.2001` desa."""

    code = models.CharField("kode", max_length=13, primary_key=True)
    name = models.CharField("nama", max_length=100)
    level = models.CharField("tingkat", max_length=15, choices=RegionLevel)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name="di dalam")

    class Meta:
        verbose_name = "wilayah"
        verbose_name_plural = "wilayah"
        ordering = ["code"]
        indexes = [models.Index(fields=["parent", "name"], name="region_parent_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_village(self) -> bool:
        """Desa and kelurahan are the lowest level that has a code; RT and RW have none."""
        return self.level in {RegionLevel.VILLAGE, RegionLevel.URBAN_VILLAGE}
