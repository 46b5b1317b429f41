-- The AUC over all examples from step to step, with its 95 % interval and what changed.
--
-- run_id: as in runs
-- split: as in evaluations
-- step: as in evaluations
-- rows: as in evaluations
-- auc: as in evaluations
-- auc_ci_lower: as in evaluations
-- auc_ci_upper: as in evaluations
-- change double: the AUC less that of the evaluated step before; null at the first
-- beyond_noise boolean: whether the intervals of the two steps do not overlap; the steps share
--   their examples, so a smaller change may be real too (see volatility); null at the first
-- below_best double: how far the AUC lies below the best so far, not negative
SELECT
    run_id, split, step, rows, auc, auc_ci_lower, auc_ci_upper,
    auc - auc_before AS change,
    auc_ci_upper < lower_before OR auc_ci_lower > upper_before AS beyond_noise,
    best - auc AS below_best
FROM (
    SELECT
        run_id, split, step, rows, auc, auc_ci_lower, auc_ci_upper,
        lag(auc) OVER (PARTITION BY run_id, split ORDER BY step) AS auc_before,
        lag(auc_ci_lower) OVER (PARTITION BY run_id, split ORDER BY step) AS lower_before,
        lag(auc_ci_upper) OVER (PARTITION BY run_id, split ORDER BY step) AS upper_before,
        max(auc) OVER (
            PARTITION BY run_id, split ORDER BY step
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS best
    FROM evaluations
    WHERE slice = '' AND auc IS NOT NULL
) AS steps
