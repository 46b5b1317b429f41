-- How fresh the data of each log root is, and what of it is not read yet.
--
-- log_root: as in runs
-- runs int64: runs with event files below it
-- running int64: of these, runs that still write
-- last_event_at timestamp: time of the latest event that was read
-- last_written_at timestamp: when one of its event files was written last, as of the last night
-- files int64: event files, but replaced ones
-- waiting int64: of these, files whose last record is not complete yet
-- unreadable int64: of these, files that were gone or closed when they were to be read
-- corrupt int64: of these, files with a span in quarantine
-- unread_bytes int64 [bytes]: bytes of these files that are not read yet
SELECT
    files.log_root,
    count(DISTINCT files.run_id) AS runs,
    count(DISTINCT CASE runs.state WHEN 'running' THEN files.run_id END) AS running,
    max(runs.last_event_at) AS last_event_at,
    to_timestamp(max(files.modified_ns) / 1000000000) AS last_written_at,
    count(*) AS files,
    count(CASE files.status WHEN 'waiting' THEN 1 END) AS waiting,
    count(CASE files.status WHEN 'unreadable' THEN 1 END) AS unreadable,
    count(CASE files.status WHEN 'corrupt' THEN 1 END) AS corrupt,
    CAST(sum(files.size - files.read_to) AS BIGINT) AS unread_bytes
FROM event_files AS files
LEFT JOIN runs ON runs.run_id = files.run_id
WHERE files.status <> 'replaced'
GROUP BY files.log_root
