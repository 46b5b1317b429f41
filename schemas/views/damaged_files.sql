-- What of which file could not be taken, by reason.
--
-- run_id: as in runs
-- file_id: as in quarantine
-- path string: where the file is
-- reason: as in quarantine
-- spans int64: spans of bytes, or rows of a prediction file
-- total_length int64: sum of their length: bytes of an event file, rows of a prediction file
-- first_offset int64: offset of the first of them
SELECT
    quarantine.run_id, quarantine.file_id, coalesce(events.path, predicted.path) AS path,
    quarantine.reason, count(*) AS spans,
    CAST(sum(quarantine.length) AS BIGINT) AS total_length,
    min(quarantine.offset) AS first_offset
FROM quarantine
LEFT JOIN event_files AS events ON events.file_id = quarantine.file_id
LEFT JOIN prediction_files AS predicted ON predicted.file_id = quarantine.file_id
GROUP BY
    quarantine.run_id, quarantine.file_id, coalesce(events.path, predicted.path),
    quarantine.reason
