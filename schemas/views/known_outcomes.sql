-- What became of each run: what people say, else what its own curves show; unknown of one that
-- still writes.
--
-- run_id: as in runs
-- outcome string: failed, healthy or unknown
-- kind: as in run_outcomes
-- failed_at: as in run_outcomes
-- said_by string: person (`insight label`), or run, by its own curves; null where unknown
-- why string: the person's reason, or by what it was recognised; null where unknown
SELECT
    runs.run_id,
    CASE
        WHEN labels.label IS NOT NULL THEN labels.label
        WHEN runs.state = 'running' THEN 'unknown'
        ELSE coalesce(outcomes.outcome, 'unknown')
    END AS outcome,
    CASE
        WHEN labels.label = 'healthy' OR (labels.label IS NULL AND runs.state = 'running') THEN NULL
        ELSE outcomes.kind
    END AS kind,
    CASE
        WHEN labels.label = 'healthy' OR (labels.label IS NULL AND runs.state = 'running') THEN NULL
        ELSE outcomes.failed_at
    END AS failed_at,
    CASE
        WHEN labels.label IS NOT NULL THEN 'person'
        WHEN runs.state <> 'running' AND outcomes.outcome <> 'unknown' THEN 'run'
    END AS said_by,
    CASE
        WHEN labels.label IS NOT NULL THEN labels.reason
        WHEN runs.state <> 'running' AND outcomes.outcome <> 'unknown' THEN outcomes.why
    END AS why
FROM runs
LEFT JOIN run_outcomes AS outcomes ON outcomes.run_id = runs.run_id
LEFT JOIN run_labels AS labels ON labels.run_id = runs.run_id
