"""Addresses, and the application behind them."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_settings")

import django

django.setup()

from django.core.wsgi import get_wsgi_application
from django.urls import path
from orders.flows import OrderFlow
from viewflow.contrib.auth import AuthViewset
from viewflow.urls import Site
from viewflow.workflow.flow import FlowAppViewset

site = Site(title="orders", viewsets=[FlowAppViewset(OrderFlow)])
urlpatterns = [
    path("accounts/", AuthViewset(with_profile_view=False).urls),
    path("", site.urls),
]
application = get_wsgi_application()
