-- The runs of each experiment by how long they took, by the times that their events carry.
--
-- run_id: as in runs
-- experiment: as in runs
-- state: as in runs
-- place int64: 1 is the slowest run of the experiment; equal ones share a place
-- last_step: as in runs
-- first_event_at: as in runs
-- last_event_at: as in runs
-- duration_s double [s]: from its first event to its last, pauses included
-- seconds_per_step double [s]: duration_s over last_step; null without a step
-- times_median double: seconds_per_step over the median of the experiment; 2 takes twice as long
SELECT
    run_id, experiment, state,
    rank() OVER (PARTITION BY experiment ORDER BY duration_s DESC) AS place,
    last_step, first_event_at, last_event_at, duration_s, seconds_per_step,
    seconds_per_step / nullif(median(seconds_per_step) OVER (PARTITION BY experiment), 0)
        AS times_median
FROM (
    SELECT
        runs.run_id, runs.experiment, runs.state, runs.last_step, runs.first_event_at,
        runs.last_event_at, spans.duration_s,
        spans.duration_s / nullif(runs.last_step, 0) AS seconds_per_step
    FROM runs
    JOIN (
        SELECT run_id, max(last_wall_time) - min(first_wall_time) AS duration_s
        FROM event_files
        WHERE status <> 'replaced'
            AND abs(first_wall_time) < CAST('Infinity' AS DOUBLE)
            AND abs(last_wall_time) < CAST('Infinity' AS DOUBLE)
        GROUP BY run_id
    ) AS spans ON spans.run_id = runs.run_id
) AS timed
