-- What is wrong with which run now, with the run's experiment and state, less what is muted.
--
-- run_id: as in runs
-- experiment: as in runs
-- state: as in runs
-- severity: as in findings
-- rule: as in findings
-- layer: as in findings
-- title: as in findings
-- advice: as in findings
-- first_step: as in findings
-- last_step: as in findings
-- confidence: as in findings
-- is_root boolean: whether it follows from no other finding of the run
-- caused_by: as in findings
-- caused_by_layer: as in findings
-- fault_type: as in findings
-- first_seen_at: as in findings
-- opened_at: as in findings
-- times_opened: as in findings
SELECT
    findings.run_id, runs.experiment, runs.state, findings.severity, findings.rule,
    findings.layer, findings.title, findings.advice, findings.first_step, findings.last_step,
    findings.confidence, findings.caused_by IS NULL AS is_root, findings.caused_by,
    findings.caused_by_layer, findings.fault_type, findings.first_seen_at, findings.opened_at,
    findings.times_opened
FROM findings
JOIN runs ON runs.run_id = findings.run_id
LEFT JOIN mutes
    ON mutes.run_id = findings.run_id AND mutes.rule = findings.rule
    AND mutes.muted_until > now()
WHERE findings.resolved_at IS NULL AND mutes.run_id IS NULL
