-- How each run stands: its verdict, what is wrong with it first, its AUC, its risk, its length.
--
-- run_id: as in runs
-- experiment: as in runs
-- state: as in runs
-- verdict: as in runs
-- errors int64: findings that are errors
-- warnings int64: findings that are warnings
-- severity string: of its main finding, error or warning; null where there is none
-- rule string: of its main finding: the gravest that follows from no other
-- layer string: of its main finding; '' is the whole run
-- finding string: its main finding in a sentence
-- first_step int64: since which step the main finding holds
-- advice string: what to change first
-- auc double: AUC over all examples at its last evaluated step, see main_auc; null without
-- auc_ci_lower: as in evaluations
-- auc_ci_upper: as in evaluations
-- risk double: probability that it fails, see risk_today; null without a score
-- outcome: as in known_outcomes
-- last_step: as in runs
-- first_event_at: as in runs
-- last_event_at: as in runs
-- duration_s: as in slowest_runs
-- writer: as in runs
-- owner string: whose the run is, else whose its experiment is; null where nobody said
SELECT
    runs.run_id, runs.experiment, runs.state, runs.verdict,
    coalesce(counts.errors, 0) AS errors,
    coalesce(counts.warnings, 0) AS warnings,
    foremost.severity, foremost.rule, foremost.layer, foremost.title AS finding,
    foremost.first_step, foremost.advice,
    scored.auc, scored.auc_ci_lower, scored.auc_ci_upper,
    risks.probability AS risk,
    outcomes.outcome, runs.last_step, runs.first_event_at, runs.last_event_at,
    times.duration_s, runs.writer, coalesce(own.owner, shared.owner) AS owner
FROM runs
LEFT JOIN (
    SELECT
        run_id,
        count(CASE severity WHEN 'error' THEN 1 END) AS errors,
        count(CASE severity WHEN 'warning' THEN 1 END) AS warnings
    FROM open_findings GROUP BY run_id
) AS counts ON counts.run_id = runs.run_id
LEFT JOIN (
    SELECT *, row_number() OVER (
        PARTITION BY run_id
        ORDER BY CASE WHEN is_root THEN 0 ELSE 1 END,
            CASE severity WHEN 'error' THEN 0 ELSE 1 END,
            coalesce(first_step, 9223372036854775807), rule, layer
    ) AS place
    FROM open_findings
    WHERE severity IN ('error', 'warning')
) AS foremost ON foremost.run_id = runs.run_id AND foremost.place = 1
LEFT JOIN main_auc AS scored ON scored.run_id = runs.run_id
LEFT JOIN risk_today AS risks ON risks.run_id = runs.run_id
LEFT JOIN known_outcomes AS outcomes ON outcomes.run_id = runs.run_id
LEFT JOIN slowest_runs AS times ON times.run_id = runs.run_id
LEFT JOIN notes AS own ON own.about = 'run' AND own.name = runs.run_id
LEFT JOIN notes AS shared
    ON shared.about = 'experiment' AND shared.name = runs.experiment
