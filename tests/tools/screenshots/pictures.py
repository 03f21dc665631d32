"""The names of all pictures, and the queries that are typed for them."""

from __future__ import annotations

QUERY = "when does the lease end"
WAIT_SECONDS = 600.0
SLOW = "slow=0.3"  # the fake engine, to be seen at work
README_QUERIES = {
    "readme-results": "how long does the bread stay in the oven",
    "readme-operators": 'lease agreement garden street type:pdf,text -"final demand" date:"last 30 days"',
}
ENGINE_STATES = ("no-card", "card-fits", "missing", "installing", "downloading", "starting", "ready", "busy",
                 "released", "failed", "stopping", "remote")  # fmt: skip
SETTINGS_PICTURES = (
    "settings", *(f"settings-{name}" for name in ("files", "engine", "search", "team", "schedule", "look", "keys",
                                                   "privacy", "advanced")),
)  # fmt: skip
PREVIEW_KINDS = ("pdf", "picture", "table", "csv", "markdown", "web", "code", "slides", "document", "book")
# Every picture there is. `take` knows no other, and `tests.tools.text_audit` asks for all of them.
PICTURES = (
    *("welcome", "welcome-full", "welcome-quick", "welcome-model", "no-folders"),
    *("indexing", "indexing-results", "hint", "results", "results-list", "menu", "why-found", "versions"),
    *("preview-chinese", "preview-arabic", "results-only", "small", "pause-menu", "folder-menu"),
    *(f"preview-{name}" for name in (*PREVIEW_KINDS, "page-list", "pdf-text", "find", "menu", "damaged", "password")),
    *("list-related", "list-several", "menu-several", "list-passages", "properties", "list-compact"),
    *("list-small-comfortable", "list-small-compact", "list-large-comfortable", "list-large-compact"),
    *("list-thumbnails", "list-mirrored", "list-mirrored-compact"),
    *(
        "filter-menu",
        "filter-languages",
        "help-menu",
        "filters",
        "filters-small",
        "filters-more",
        "completion",
        "syntax",
        "outside",
    ),
    *("settings-scans", "settings-scans-languages", "settings-scans-missing", "preview-scan", "preview-scan-reading"),
    *("wildcard", "rebuilding"),
    *("save-search", "remembered", "undo", "price", "dates"),
    *("chips", "chips-keys", "chips-nothing", "handover", "handover-small"),
    *("problems", "problems-ignored", "problems-none", "why-outside", "status-details", "opening-question"),
    *("settings-shortcuts", "settings-shortcuts-conflict", "settings-shortcuts-refused", "settings-opening"),
    *(*SETTINGS_PICTURES, "rebuild", "import", "remove", "exclusions", "why", "privacy", "privacy-connections"),
    *("names", "names-small", "names-mirrored", "names-properties", "names-quick", "names-open-mirrored"),
    *(f"names-open-{kind}" for kind in ("program", "script", "shortcut", "macros", "mismatch", "spaces")),
    *("crash", "help", "help-search", "drop", "measure", "measure-empty", "measure-models"),
    *("quick-empty", "quick-recent", "quick-results", "quick-nothing", "quick-searching"),
    *("tray-icons", "tray-menu", "tray-menu-paused", "still-running", "settings-hotkey", "settings-no-hotkey"),
    *(f"team-{name}" for name in ("consent", "results", "reading", "small", "refused", "offline")),
    *("settings-team-known", "settings-team-untrusted"),
    *("banner", "no-result", *README_QUERIES),
    *("damaged", "repairing", "repairing-texts", "doctor", "doctor-repairing", "locked"),
    *(f"engine-{name}" for name in (*ENGINE_STATES, "more", "ask-download", "ask-send", "offer")),
)
