"""Make tables, one person and orders at their first task; print a cookie and their addresses."""

import json
import sys

import site_pages  # noqa: F401 - sets Django up
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Permission, User
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.management import call_command
from django.db import connection, transaction
from orders.flows import OrderFlow
from viewflow.workflow.models import Task

call_command("migrate", verbosity=0)
person = User.objects.create(username="measured")
person.user_permissions.set(Permission.objects.filter(content_type__app_label="orders"))
session = SessionStore()
session[SESSION_KEY] = str(person.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = person.get_session_auth_hash()
session.save()
addresses = []
for _ in range(int(sys.argv[1])):
    with transaction.atomic():
        process = OrderFlow.start.run()
        task = Task.objects.get(process=process, flow_task=OrderFlow.a)
        task.owner, task.status = person, "ASSIGNED"
        task.save()
    addresses.append(f"/order/{process.pk}/a/{task.pk}/execute/")
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
print(json.dumps({"cookie": f"sessionid={session.session_key}", "addresses": addresses}))
