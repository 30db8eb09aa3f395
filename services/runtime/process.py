"""A service as a process: what it needs, its roles side by side, and its end in order.

`python -m services.<name> [role ...]` runs the roles named, all of them by default; `migrate` brings
the database up to date; `parked` looks after events that could not be applied.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final

import structlog

from services.runtime import kafka, roles, topics
from services.runtime.db import Database
from services.runtime.health import Health
from services.runtime.metrics import Metrics
from services.runtime.migrate import migrate, missing
from services.runtime.settings import OwnerSettings, Settings, SettingsInvalid
from services.runtime.spec import Role, Runtime, ServiceSpec
from services.runtime.telemetry import configure_logs
from services.runtime.watch import ChangeFeed

log = structlog.get_logger()
