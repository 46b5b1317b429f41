-- The metrics of each run, split and slice at the last step that was evaluated.
--
-- *: as in evaluations
SELECT evaluations.*
FROM evaluations
JOIN (
    SELECT run_id, split, slice, max(step) AS step FROM evaluations GROUP BY run_id, split, slice
) AS latest
    ON latest.run_id = evaluations.run_id
    AND latest.split = evaluations.split
    AND latest.slice = evaluations.slice
    AND latest.step = evaluations.step
