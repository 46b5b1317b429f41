-- How likely each run is to fail by all that is known of it: its latest score by the model that
-- scores now.
--
-- run_id: as in runs
-- experiment: as in runs
-- state: as in runs
-- probability: as in risk_scores
-- flagged: as in risk_scores
-- abstained: as in risk_scores
-- cutoff_step: as in risk_scores
-- share: as in risk_scores
-- novelty: as in risk_scores
-- kind: as in risk_scores
-- expected_kind: as in risk_scores
-- expected_kind_probability: as in risk_scores
-- reasons: as in risk_scores
-- scored_at: as in risk_scores
-- model_version: as in risk_scores
SELECT
    scores.run_id, runs.experiment, runs.state, scores.probability, scores.flagged,
    scores.abstained, scores.cutoff_step, scores.share, scores.novelty, scores.kind,
    scores.expected_kind, scores.expected_kind_probability, scores.reasons, scores.scored_at,
    scores.model_version
FROM (
    SELECT *, row_number() OVER (
        PARTITION BY run_id, model_version ORDER BY cutoff_step DESC
    ) AS place
    FROM risk_scores
    WHERE NOT isnan(probability)
) AS scores
JOIN (
    -- A lake has a current model, or else the default scores; in this order they sort.
    SELECT model_version FROM risk_models
    WHERE stage IN ('current', 'default') AND features IS NOT NULL
    ORDER BY stage, model_version LIMIT 1
) AS standing ON standing.model_version = scores.model_version
LEFT JOIN runs ON runs.run_id = scores.run_id
WHERE scores.place = 1
