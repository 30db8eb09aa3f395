"""Libraries that abort an interpreter together are never loaded together, and large ones late."""

import subprocess
import sys

PRODUCTION = (
    "aiokafka, asyncpg, grpc, grpc_reflection, joserfc, opentelemetry.sdk, pgqueuer, "
    "prometheus_client, protovalidate, pydantic_settings, structlog, uvloop, yaml, "
    "ortools.sat.python.cp_model"
)
BANNED = {"grpc_tools.protoc", "highspy"}


def test_what_production_imports_together_brings_no_second_solver_and_no_protoc() -> None:
    script = f"import sys, {PRODUCTION}; sys.exit(bool({BANNED} & sys.modules.keys()))"

    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_capital_answers_calls_without_the_solvers_library() -> None:
    script = "import sys, services.capital.__main__; sys.exit('ortools' in sys.modules)"

    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
