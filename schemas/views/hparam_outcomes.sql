-- Each hyper-parameter of each run next to what became of the run; of a run with more than 1,999,
-- some are left out.
--
-- run_id: as in runs
-- experiment: as in runs
-- name string: the hyper-parameter
-- value string: its value, as text
-- number double: its value as a number; null where it is none
-- verdict: as in runs
-- outcome: as in known_outcomes
-- failed boolean: whether the run failed; null where that is unknown
-- auc double: AUC over all examples at the last evaluated step, of the split validation where there
--   is one; null without
SELECT
    named.run_id, named.experiment, named.name, named.hparams[named.name] AS value,
    TRY_CAST(named.hparams[named.name] AS DOUBLE) AS number,
    named.verdict, outcomes.outcome,
    CASE outcomes.outcome WHEN 'failed' THEN true WHEN 'healthy' THEN false END AS failed,
    scored.auc
FROM (
    -- DuckDB counts the elements of a list from 1, Spark from 0, and Spark refuses one that is not
    -- there: of the keys written twice, elements 0 to n are all n keys to both, NULL and one again.
    SELECT
        run_id, experiment, verdict, hparams,
        (map_keys(hparams) || map_keys(hparams))[i] AS name,
        row_number() OVER (
            PARTITION BY run_id, (map_keys(hparams) || map_keys(hparams))[i] ORDER BY i
        ) AS turn
    FROM runs
    JOIN range(0, 2000) AS indices(i) ON indices.i <= cardinality(runs.hparams)
    WHERE cardinality(hparams) > 0
) AS named
LEFT JOIN known_outcomes AS outcomes ON outcomes.run_id = named.run_id
LEFT JOIN main_auc AS scored ON scored.run_id = named.run_id
WHERE named.turn = 1 AND named.name IS NOT NULL
