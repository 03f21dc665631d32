"""The catalogue's tables, as migrations: entry n brings version n to n + 1 and is never edited once released."""

from __future__ import annotations

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE counters (
        name TEXT PRIMARY KEY,
        value INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE folders (
        id INTEGER PRIMARY KEY,
        path BLOB NOT NULL UNIQUE,          -- os.fsencode
        single INTEGER NOT NULL DEFAULT 0,  -- 1: one document that was dropped, not a folder
        connected INTEGER NOT NULL DEFAULT 1
    ) STRICT;

    -- The bytes of a file, by hash: passages and vectors belong to these, never to a path.
    CREATE TABLE contents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        hash BLOB NOT NULL UNIQUE,          -- BLAKE3
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        author TEXT NOT NULL,
        extractor TEXT NOT NULL,
        notes TEXT NOT NULL,                -- codes, separated by blanks
        length INTEGER NOT NULL,            -- characters of text
        parts TEXT NOT NULL                 -- JSON: [[start, end, unit, number, label], ...]
    ) STRICT;

    -- The text of a content in blocks of a fixed number of characters, so that a passage costs one or two of them.
    CREATE TABLE texts (
        content_id INTEGER NOT NULL REFERENCES contents ON DELETE CASCADE,
        block INTEGER NOT NULL,
        data BLOB NOT NULL,                 -- zlib of UTF-8
        PRIMARY KEY (content_id, block)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE files (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        folder_id INTEGER NOT NULL REFERENCES folders ON DELETE CASCADE,
        path BLOB NOT NULL UNIQUE,          -- os.fsencode
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        inode INTEGER NOT NULL,
        kind TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'read', 'failed', 'named')),
        content_id INTEGER REFERENCES contents,
        problem TEXT,                       -- core.errors.ProblemCode
        detail TEXT,
        noted REAL                          -- when the problem was seen, seconds since 1970
    ) STRICT;
    CREATE INDEX files_by_folder ON files (folder_id);
    CREATE INDEX files_by_content ON files (content_id);
    CREATE INDEX files_by_problem ON files (problem) WHERE problem IS NOT NULL;

    -- How texts are cut; contents are cut once for each.
    CREATE TABLE recipes (
        id INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE cuts (
        recipe_id INTEGER NOT NULL REFERENCES recipes,
        content_id INTEGER NOT NULL REFERENCES contents ON DELETE CASCADE,
        passages INTEGER NOT NULL,
        PRIMARY KEY (recipe_id, content_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX cuts_by_content ON cuts (content_id);
    CREATE TABLE passages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        content_id INTEGER NOT NULL REFERENCES contents ON DELETE CASCADE,
        recipe_id INTEGER NOT NULL REFERENCES recipes,
        ordinal INTEGER NOT NULL,
        start INTEGER NOT NULL,             -- characters
        stop INTEGER NOT NULL,
        tokens INTEGER NOT NULL,
        page INTEGER,
        line INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX passages_by_content ON passages (content_id, recipe_id, ordinal);

    -- A model together with a way of cutting. Vectors of different ones never meet: everything that reads them names
    -- the model.
    CREATE TABLE models (
        id INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        recipe_id INTEGER NOT NULL REFERENCES recipes,
        name TEXT NOT NULL,
        dimension INTEGER NOT NULL,
        UNIQUE (fingerprint, recipe_id)
    ) STRICT;
    CREATE TABLE vectors (
        model_id INTEGER NOT NULL REFERENCES models,
        passage_id INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
        data BLOB NOT NULL,                 -- float16, little-endian, L2-normalised
        PRIMARY KEY (model_id, passage_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX vectors_by_passage ON vectors (passage_id);
    -- Contents all of whose passages have a vector.
    CREATE TABLE embedded (
        model_id INTEGER NOT NULL REFERENCES models,
        content_id INTEGER NOT NULL REFERENCES contents ON DELETE CASCADE,
        PRIMARY KEY (model_id, content_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX embedded_by_content ON embedded (content_id);

    -- What the word index has to take over, in order; it remembers the last number that it reached.
    CREATE TABLE changes (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        recipe_id INTEGER NOT NULL REFERENCES recipes,
        content_id INTEGER NOT NULL,
        added INTEGER NOT NULL              -- 1: cut and to be added, 0: gone
    ) STRICT;
    """,
    # A folder's inode at its last scan: an empty folder with another inode is an unused mount point.
    "ALTER TABLE folders ADD COLUMN inode INTEGER NOT NULL DEFAULT 0;",
    # Columns that filters use; the expression is `core.store.catalogue.filters.EXTENSION`.
    """
    CREATE INDEX files_by_kind ON files (kind);
    CREATE INDEX files_by_size ON files (size);
    CREATE INDEX files_by_time ON files (mtime_ns);
    CREATE INDEX files_by_ending ON files (lower(substr(CAST(path AS TEXT), length(rtrim(CAST(path AS TEXT),
        replace(CAST(path AS TEXT), '.', ''))) + 1)));
    """,
    # Exclusions of a folder; retired contents are kept for a while; moved files are recognized by their inode.
    """
    ALTER TABLE folders ADD COLUMN patterns TEXT NOT NULL DEFAULT '[]';     -- JSON: lines as in a .gitignore file
    ALTER TABLE folders ADD COLUMN gitignore INTEGER NOT NULL DEFAULT 0;    -- 1: .gitignore files count
    ALTER TABLE folders ADD COLUMN mounts TEXT NOT NULL DEFAULT '[]';       -- JSON: disks seen below, as os.fsdecode
    ALTER TABLE contents ADD COLUMN let_go REAL;                            -- when its last file went; NULL: in use
    CREATE INDEX contents_let_go ON contents (let_go) WHERE let_go IS NOT NULL;
    CREATE INDEX files_by_inode ON files (inode);
    """,
    # For counting files by state several times a second.
    "CREATE INDEX files_by_state ON files (state);",
    "CREATE INDEX changes_by_content ON changes (content_id, recipe_id, number);",
    # Near-duplicate sketches; the indexer adds those of older contents when it is idle.
    """
    CREATE TABLE signatures (
        content_id INTEGER PRIMARY KEY REFERENCES contents ON DELETE CASCADE,
        data BLOB NOT NULL                  -- core.store.near_duplicates.sketch
    ) STRICT;
    """,
    # The indexer polls for changes, of two indexes while another model re-indexes.
    "CREATE INDEX changes_by_recipe ON changes (recipe_id, number);",
)
