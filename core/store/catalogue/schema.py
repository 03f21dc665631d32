"""The catalogue's tables, as migrations: entry n brings version n to n + 1 and is never edited once released."""

from __future__ import annotations

from core.store.catalogue import checksums

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
    # Checksums against bit rot; those of the rows that are there are added in idle time.
    checksums.migration(),
    # The problems that the user ignores: of a file, as long as it has this one.
    """
    CREATE TABLE ignored_problems (
        file_id INTEGER PRIMARY KEY REFERENCES files ON DELETE CASCADE,
        problem TEXT NOT NULL               -- core.errors.ProblemCode
    ) STRICT;
    """
    + checksums.add_checksum("ignored_problems"),
    # The day on which a document itself says that it was written.
    """
    CREATE TABLE own_dates (
        content_id INTEGER PRIMARY KEY REFERENCES contents ON DELETE CASCADE,
        day INTEGER NOT NULL                -- datetime.date.toordinal
    ) STRICT;
    CREATE INDEX own_dates_by_day ON own_dates (day);
    """
    + checksums.add_checksum("own_dates"),
    # Pages without text, and what OCR recognised on them; the latter belongs to the bytes of a file.
    """
    CREATE TABLE scans (
        content_id INTEGER NOT NULL REFERENCES contents ON DELETE CASCADE,
        page INTEGER NOT NULL,              -- from 1
        PRIMARY KEY (content_id, page)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE recognised (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        hash BLOB NOT NULL,                 -- BLAKE3, as in contents
        page INTEGER NOT NULL,
        engine TEXT NOT NULL,
        languages TEXT NOT NULL,            -- "deu+eng"
        text TEXT NOT NULL,
        places BLOB NOT NULL,               -- core.ocr.words
        problem TEXT NOT NULL,              -- core.errors.ProblemCode, or empty
        UNIQUE (hash, page, engine, languages)
    ) STRICT;
    """
    + checksums.add_checksum("scans")
    + checksums.add_checksum("recognised"),
    # What the desktop has in a file's extended attributes.
    """
    CREATE TABLE tags (
        file_id INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
        tag TEXT NOT NULL,
        PRIMARY KEY (file_id, tag)
    ) STRICT, WITHOUT ROWID;
    """
    + checksums.add_checksum("tags"),
    # Documents inside files: each is a row of `files` at a path below that of its file, with MEMBER_INODE as its inode.
    """
    -- A file that holds other documents, and how far it was read.
    CREATE TABLE containers (
        file_id INTEGER PRIMARY KEY REFERENCES files ON DELETE CASCADE,
        generation INTEGER NOT NULL,        -- counts its readings from the beginning
        read_to INTEGER NOT NULL,           -- the place up to which its members are stored
        mark BLOB NOT NULL                  -- hash of what was read; another one: read from the beginning
    ) STRICT;
    CREATE TABLE members (
        file_id INTEGER PRIMARY KEY REFERENCES files ON DELETE CASCADE,
        container_id INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,   -- the file on disk
        parent_id INTEGER NOT NULL,         -- what it is directly in: the file on disk, or another member
        place INTEGER NOT NULL,             -- where the reader of its parent finds it
        generation INTEGER NOT NULL         -- of the last reading that found it
    ) STRICT;
    CREATE INDEX members_by_container ON members (container_id, generation);
    """
    + checksums.add_checksum("containers")
    + checksums.add_checksum("members"),
    """
    CREATE TRIGGER members_deleted AFTER DELETE ON members BEGIN DELETE FROM files WHERE id = OLD.file_id; END;
    -- Only a file on disk can be read again, with all that is in it.
    CREATE TRIGGER member_waiting AFTER UPDATE OF state ON files WHEN NEW.state = 'waiting' AND NEW.inode = -1 BEGIN
        UPDATE containers SET read_to = 0 WHERE file_id IN (SELECT container_id FROM members WHERE file_id = NEW.id);
        UPDATE files SET state = 'waiting' WHERE id IN (SELECT container_id FROM members WHERE file_id = NEW.id);
    END;
    """,
    # Mail is read again, each message and attachment as a document of its own.
    """
    UPDATE contents SET extractor = substr(extractor, 1, instr(extractor, '/')) || 'extract-0'
        WHERE substr(extractor, 1, instr(extractor, '/')) IN ('eml/', 'msg/', 'mbox/');
    UPDATE files SET state = 'waiting' WHERE problem = 'too_large' AND kind = 'mail'
        AND (CAST(path AS TEXT) LIKE '%.mbox' OR CAST(path AS TEXT) LIKE '%.mbx');
    """,
    # To whom a message was sent, and its conversation; mail is read again for these.
    """
    CREATE TABLE mail_headers (
        content_id INTEGER PRIMARY KEY REFERENCES contents ON DELETE CASCADE,
        recipients TEXT NOT NULL,
        thread TEXT NOT NULL                -- hash of the id of its first message, or empty
    ) STRICT;
    CREATE INDEX mail_headers_by_thread ON mail_headers (thread);
    """
    + checksums.add_checksum("mail_headers"),
    """
    UPDATE contents SET extractor = substr(extractor, 1, instr(extractor, '/')) || 'extract-0' WHERE kind = 'mail';
    UPDATE containers SET read_to = 0;
    """,
    # Mail is read again, for what it quotes.
    """
    UPDATE contents SET extractor = substr(extractor, 1, instr(extractor, '/')) || 'extract-0' WHERE kind = 'mail';
    UPDATE containers SET read_to = 0;
    """,
    # Passages that have a row of zeros instead of a vector are in no vector index.
    "CREATE INDEX vectors_of_zeros ON vectors (model_id, passage_id) WHERE data = zeroblob(length(data));",
    # New texts are compressed by zstd (`text_blocks.py`), which an older version cannot read; older ones stay as they
    # are.
    "",
    # How often a file was read again by itself after its reader failed.
    """
    CREATE TABLE retries (
        file_id INTEGER PRIMARY KEY REFERENCES files ON DELETE CASCADE,
        count INTEGER NOT NULL
    ) STRICT;
    """
    + checksums.add_checksum("retries"),
    """
    CREATE TRIGGER retries_of_changed AFTER UPDATE OF size, mtime_ns ON files
    WHEN NEW.size <> OLD.size OR NEW.mtime_ns <> OLD.mtime_ns BEGIN
        DELETE FROM retries WHERE file_id = NEW.id;
    END;
    """,
    # Mail and books are read again: for formatted texts that say more than plain ones, for what a book says of itself.
    """
    UPDATE contents SET extractor = substr(extractor, 1, instr(extractor, '/')) || 'extract-0'
        WHERE kind IN ('mail', 'book');
    UPDATE containers SET read_to = 0;
    """,
    # Long values go on in pieces (`pieces.py`), which an older version cannot read; older ones stay as they are.
    """
    CREATE TABLE text_pieces (
        content_id INTEGER NOT NULL,
        block INTEGER NOT NULL,
        piece INTEGER NOT NULL,             -- from 0
        data BLOB NOT NULL,                 -- what follows that of the row in texts, and the pieces before
        PRIMARY KEY (content_id, block, piece),
        FOREIGN KEY (content_id, block) REFERENCES texts ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE vector_pieces (
        passage_id INTEGER NOT NULL,
        model_id INTEGER NOT NULL,
        piece INTEGER NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY (passage_id, model_id, piece),
        FOREIGN KEY (model_id, passage_id) REFERENCES vectors ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    """
    + checksums.add_checksum("text_pieces")
    + checksums.add_checksum("vector_pieces"),
    # Who may read each file, in a library that several people ask: the few different rules, and which one a file has.
    """
    CREATE TABLE access_rules (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        rule TEXT NOT NULL UNIQUE           -- core.rights.rule
    ) STRICT;
    CREATE TABLE file_rules (
        file_id INTEGER PRIMARY KEY REFERENCES files ON DELETE CASCADE,
        rule_id INTEGER NOT NULL
    ) STRICT;
    """
    + checksums.add_checksum("access_rules")
    + checksums.add_checksum("file_rules"),
)
