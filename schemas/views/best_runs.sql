-- The runs of each experiment by the best value that each held-out loss or metric reached, and by
-- the best AUC of their evaluations.
--
-- experiment: as in runs
-- measure string: what is compared: total_loss, accuracy, return, ... (a role of table series), or
--   auc of evaluations
-- name string: the series, as stream/tag; of evaluations the split
-- direction string: which way is better, higher or lower
-- place int64: 1 is the best run; equal values share a place
-- run_id: as in runs
-- best double: its best finite value, in the unit that table series says
-- best_step int64: the step at which it was first reached
-- last_step int64: the last step with a value
SELECT
    runs.experiment, measured.measure, measured.name, measured.direction,
    rank() OVER (
        PARTITION BY runs.experiment, measured.measure, measured.name, measured.direction
        ORDER BY measured.cost
    ) AS place,
    measured.run_id, measured.best, measured.best_step, measured.last_step
FROM (
    SELECT
        run_id, measure, name, direction, value AS best, step AS best_step, cost, last_step,
        row_number() OVER (PARTITION BY run_id, measure, name ORDER BY cost, step) AS turn
    FROM (
        SELECT
            series.run_id, series.role AS measure, series.direction,
            concat(series.stream, '/', series.tag) AS name,
            points.step, points.value * series.scale AS value,
            CASE series.direction WHEN 'higher' THEN -1 ELSE 1 END
                * points.value * series.scale AS cost,
            series.last_step
        FROM series
        JOIN current_scalars AS points
            ON points.run_id = series.run_id
            AND points.stream = series.stream AND points.tag = series.tag
        WHERE series.direction IS NOT NULL AND coalesce(series.phase, '') <> 'train'
            AND abs(points.value) < CAST('Infinity' AS DOUBLE)
        UNION ALL
        SELECT
            run_id, 'auc' AS measure, 'higher' AS direction, split AS name, step, auc AS value,
            -auc AS cost, max(step) OVER (PARTITION BY run_id, split) AS last_step
        FROM evaluations
        WHERE slice = '' AND auc IS NOT NULL
    ) AS everything
) AS measured
JOIN runs ON runs.run_id = measured.run_id
WHERE measured.turn = 1
