-- What is wrong with which run now: the findings of the last night that judged it, with the run's
-- experiment and state.
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
SELECT
    findings.run_id, runs.experiment, runs.state, findings.severity, findings.rule,
    findings.layer, findings.title, findings.advice, findings.first_step, findings.last_step,
    findings.confidence, findings.caused_by IS NULL AS is_root, findings.caused_by,
    findings.caused_by_layer, findings.fault_type
FROM findings
JOIN runs ON runs.run_id = findings.run_id
