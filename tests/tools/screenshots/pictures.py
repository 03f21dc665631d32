"""The names of all pictures, and the queries that are typed for them."""

from __future__ import annotations

QUERY = "when does the lease end"
PATIENCE = 600.0
README_QUERIES = {
    "readme-results": "how long does the bread stay in the oven",
    "readme-operators": 'lease agreement garden street type:pdf,text -"final demand" date:"last 30 days"',
}
ENGINE_STATES = ("no-card", "card-fits", "missing", "installing", "downloading", "starting", "ready", "busy",
                 "released", "failed", "stopping", "remote")  # fmt: skip
# Every picture there is. `take` knows no other, and `tests.tools.text_audit` asks for all of them.
PICTURES = (
    *("welcome", "indexing", "indexing-results", "hint", "results", "results-list", "menu", "why-found", "versions"),
    *("preview-chinese", "preview-arabic", "results-only", "small", "pause-menu", "folder-menu"),
    *("chips", "chips-keys", "chips-nothing", "handover", "handover-small"),
    *("problems", "settings", "remove", "exclusions", "why", "crash", "help", "help-search", "drop"),
    *("banner", "no-result", *README_QUERIES),
    *("damaged", "repairing", "repairing-texts", "doctor", "doctor-repairing", "locked"),
    *(f"engine-{name}" for name in (*ENGINE_STATES, "more", "ask-download", "ask-send", "offer")),
)
