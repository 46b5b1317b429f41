-- The AUC over all examples by which a run is known: at its last evaluated step, of the split
-- validation, or else test, or else the first by name.
--
-- run_id: as in runs
-- split: as in evaluations
-- step: as in evaluations
-- auc: as in evaluations
-- auc_ci_lower: as in evaluations
-- auc_ci_upper: as in evaluations
SELECT run_id, split, step, auc, auc_ci_lower, auc_ci_upper
FROM (
    SELECT *, row_number() OVER (
        PARTITION BY run_id
        ORDER BY CASE split WHEN 'validation' THEN 0 WHEN 'test' THEN 1 ELSE 2 END, split
    ) AS place
    FROM latest_evaluations
    WHERE slice = ''
) AS splits
WHERE place = 1
