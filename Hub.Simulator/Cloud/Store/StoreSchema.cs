using System.Collections.Generic;

namespace Hub.Simulator.Cloud.Store;

/// <summary>The tables, and the way to them from each former version.</summary>
internal static class StoreSchema
{
    /// <summary>Marks the file as this program's (PRAGMA application_id): "PFHC".</summary>
    public const int ApplicationId = 0x50464843;

    /// <summary>
    /// Step i brings version i to version i + 1; version 0 is an empty file. A step that was released is never changed: a change of the tables
    /// is a further step.
    /// </summary>
    public static IReadOnlyList<string> Steps { get; } = [Version1, Version2];

    private const string Version1 = """
        CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

        CREATE TABLE hubs (
            id TEXT PRIMARY KEY, name TEXT, secret TEXT, first_seen_ms INTEGER NOT NULL, last_seen_ms INTEGER NOT NULL, claimed_ms INTEGER) WITHOUT ROWID;

        -- Up to which event the log of a hub is stored.
        CREATE TABLE event_logs (hub_id TEXT NOT NULL, log_id TEXT NOT NULL, up_to INTEGER NOT NULL, PRIMARY KEY (hub_id, log_id)) WITHOUT ROWID;

        CREATE TABLE events (
            seq INTEGER PRIMARY KEY, hub_id TEXT NOT NULL, log_id TEXT NOT NULL, event_id INTEGER NOT NULL, printer_id TEXT NOT NULL, kind TEXT NOT NULL,
            at_ms INTEGER NOT NULL, time_ms INTEGER, received_ms INTEGER NOT NULL, job_id INTEGER, job TEXT, command_id TEXT,
            error_code TEXT, error_message TEXT, duration_ms INTEGER,
            UNIQUE (hub_id, log_id, event_id));
        CREATE INDEX events_by_time ON events (at_ms);
        CREATE INDEX events_by_printer ON events (printer_id, at_ms);

        CREATE TABLE jobs (
            seq INTEGER PRIMARY KEY, hub_id TEXT NOT NULL, log_id TEXT NOT NULL, job_id INTEGER NOT NULL, printer_id TEXT NOT NULL, name TEXT, command_id TEXT,
            at_ms INTEGER NOT NULL, was_started INTEGER NOT NULL, started_ms INTEGER, ended_ms INTEGER, outcome TEXT NOT NULL,
            error_code TEXT, cause TEXT, duration_ms INTEGER, cleared_ms INTEGER,
            UNIQUE (hub_id, log_id, job_id));
        CREATE INDEX jobs_by_time ON jobs (at_ms);
        CREATE INDEX jobs_by_printer ON jobs (printer_id, at_ms);
        CREATE INDEX jobs_to_clear ON jobs (hub_id, printer_id) WHERE cleared_ms IS NULL AND ended_ms IS NOT NULL AND was_started = 1;

        -- Printers under a short key, as their temperatures are many.
        -- coarse_to_s: before it, their temperatures are averages of a minute.
        CREATE TABLE series (
            key INTEGER PRIMARY KEY, hub_id TEXT NOT NULL, printer_id TEXT NOT NULL, coarse_to_s INTEGER NOT NULL DEFAULT 0, UNIQUE (hub_id, printer_id));

        -- Tenths of a degree; at_s is the begin of the span that they are the average of.
        CREATE TABLE temperatures (
            key INTEGER NOT NULL, at_s INTEGER NOT NULL, nozzle INTEGER, nozzle_target INTEGER, bed INTEGER, bed_target INTEGER, chamber INTEGER,
            PRIMARY KEY (key, at_s)) WITHOUT ROWID;

        CREATE TABLE idempotency (
            key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, begun_ms INTEGER NOT NULL, state INTEGER NOT NULL, status INTEGER, body TEXT) WITHOUT ROWID;
        CREATE INDEX idempotency_by_time ON idempotency (begun_ms);

        CREATE TABLE transfers (
            id TEXT PRIMARY KEY, hub_id TEXT NOT NULL, printer_id TEXT NOT NULL, job_id TEXT, file_name TEXT NOT NULL, size INTEGER NOT NULL, stage TEXT NOT NULL,
            progress INTEGER NOT NULL, error TEXT, error_code TEXT, is_started INTEGER NOT NULL, created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX transfers_by_time ON transfers (created_ms);

        CREATE TABLE sessions (hash TEXT PRIMARY KEY, created_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL) WITHOUT ROWID;

        -- What webhooks are to report, in order, and how far each target is.
        CREATE TABLE notices (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, hub_id TEXT NOT NULL, printer_id TEXT NOT NULL,
            job TEXT, error_code TEXT, message TEXT, duration_ms INTEGER);

        -- Printers that need a person, and that were reported.
        CREATE TABLE needs (hub_id TEXT NOT NULL, printer_id TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (hub_id, printer_id, kind)) WITHOUT ROWID;
        CREATE TABLE webhook_targets (name TEXT PRIMARY KEY, up_to INTEGER NOT NULL, dropped INTEGER NOT NULL) WITHOUT ROWID;
        """;

    /// <summary>Events of hubs whose clock was not set: at_ms is an estimate where time_ms is null.</summary>
    private const string Version2 = """
        ALTER TABLE events ADD COLUMN boot INTEGER;
        ALTER TABLE events ADD COLUMN uptime_ms INTEGER;
        ALTER TABLE jobs ADD COLUMN started_estimated INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE jobs ADD COLUMN ended_estimated INTEGER NOT NULL DEFAULT 0;
        """;
}
