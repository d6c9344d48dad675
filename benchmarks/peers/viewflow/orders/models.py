"""What an order keeps."""

from django.db import models
from viewflow.workflow.models import Process


class OrderProcess(Process):
    """One order."""

    amount = models.IntegerField(default=150)
    title = models.TextField(default="paper")
    urgent = models.BooleanField(default=False)
    count = models.IntegerField(default=3)
    approved = models.BooleanField(default=False)
    note = models.TextField(default="as last year", blank=True)
    total = models.IntegerField(null=True)
