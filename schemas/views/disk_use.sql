-- How much of the disk the logs of each run take, as of the last night.
--
-- run_id: as in runs
-- experiment: as in runs
-- event_files int64: event files, but replaced ones
-- event_bytes int64 [bytes]: their size
-- records int64: records in them
-- prediction_files int64: prediction files, but replaced ones
-- prediction_bytes int64 [bytes]: their size
-- total_bytes int64 [bytes]: all of them
SELECT
    runs.run_id, runs.experiment,
    coalesce(events.files, 0) AS event_files,
    coalesce(events.bytes, 0) AS event_bytes,
    coalesce(events.records, 0) AS records,
    coalesce(predicted.files, 0) AS prediction_files,
    coalesce(predicted.bytes, 0) AS prediction_bytes,
    coalesce(events.bytes, 0) + coalesce(predicted.bytes, 0) AS total_bytes
FROM runs
LEFT JOIN (
    SELECT
        run_id, count(*) AS files, CAST(sum(size) AS BIGINT) AS bytes,
        CAST(sum(records) AS BIGINT) AS records
    FROM event_files WHERE status <> 'replaced' GROUP BY run_id
) AS events ON events.run_id = runs.run_id
LEFT JOIN (
    SELECT run_id, count(*) AS files, CAST(sum(size) AS BIGINT) AS bytes
    FROM prediction_files WHERE status <> 'replaced' GROUP BY run_id
) AS predicted ON predicted.run_id = runs.run_id
