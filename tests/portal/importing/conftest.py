"""The sample world at the desk."""

import pytest
from django.test import Client

from tests.roles import client_of
from tests.samples import Sample


@pytest.fixture
def sample(db: None) -> Sample:
    return Sample()


@pytest.fixture
def clerk(sample: Sample) -> Client:
    return client_of(sample.operator)
