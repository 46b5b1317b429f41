-- What became of each run: what people say, else what its own curves show; unknown of one that may go
-- on (state running or stalled).
--
-- run_id: as in runs
-- outcome string: failed, healthy or unknown
-- kind: as in run_outcomes
-- failed_at: as in run_outcomes
-- said_by string: person (`insight label`), or run, by its own curves; null where unknown
-- why string: the person's reason, or by what it was recognised; null where unknown
SELECT
    run_id,
    coalesce(label, shown) AS outcome,
    CASE coalesce(label, shown) WHEN 'failed' THEN kind END AS kind,
    CASE coalesce(label, shown) WHEN 'failed' THEN failed_at END AS failed_at,
    CASE WHEN label IS NOT NULL THEN 'person' WHEN shown <> 'unknown' THEN 'run' END AS said_by,
    CASE WHEN label IS NOT NULL THEN reason WHEN shown <> 'unknown' THEN why END AS why
FROM (
    SELECT
        runs.run_id, labels.label, labels.reason, outcomes.kind, outcomes.failed_at, outcomes.why,
        CASE
            WHEN runs.state IN ('running', 'stalled') THEN 'unknown'
            ELSE coalesce(outcomes.outcome, 'unknown')
        END AS shown
    FROM runs
    LEFT JOIN run_outcomes AS outcomes ON outcomes.run_id = runs.run_id
    LEFT JOIN run_labels AS labels ON labels.run_id = runs.run_id
) AS said
