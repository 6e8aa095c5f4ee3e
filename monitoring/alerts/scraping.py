"""The configuration of Prometheus: whom it asks, how often, and which rules it keeps."""

from typing import Any


def scraping(ops: str, alertmanager: str, every: str = "5s") -> dict[str, Any]:
    """Return the file. `ops`: address of the operators' port, which names every process; `alertmanager`: host:port."""
    return {
        "global": {"scrape_interval": every, "scrape_timeout": min(every, "3s"), "evaluation_interval": every},
        "rule_files": ["rules.yml"],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]},
        "scrape_configs": [
            {
                "job_name": "approdo",
                "http_sd_configs": [{"url": f"{ops}/targets", "refresh_interval": every}],
            }
        ],
    }
