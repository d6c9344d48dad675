"""Start, task A, gateway, task B, a computation, end."""

from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.flow import views

from .models import OrderProcess


class OrderFlow(flow.Flow):
    """The order process."""

    process_class = OrderProcess
    lock_impl = lock.select_for_update_lock

    start = flow.StartHandle().Next(this.a)
    a = (
        flow.View(views.UpdateProcessView.as_view(fields=["approved", "note"]))
        .Permission(auto_create=True)
        .Next(this.large)
    )
    large = (
        flow.If(lambda activation: activation.process.amount > 100).Then(this.b).Else(this.rejected)
    )
    b = (
        flow.View(views.UpdateProcessView.as_view(fields=["note"]))
        .Permission(auto_create=True)
        .Next(this.reckon)
    )
    reckon = flow.Function(this.reckon_total).Next(this.done)
    done = flow.End()
    rejected = flow.End()

    def reckon_total(self, activation):
        """Compute the total."""
        activation.process.total = activation.process.amount * 2
        activation.process.save()
