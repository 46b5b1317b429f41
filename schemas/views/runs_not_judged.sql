-- The runs of which nothing shows whether they learnt, and what each lacks to be judged.
--
-- run_id: as in runs
-- experiment: as in runs
-- state: as in runs
-- last_step: as in runs
-- last_event_at: as in runs
-- loss string: why its loss was not judged, and what to do; null where a run of its kind has none
-- validation string: likewise its validation series
-- metric string: likewise its metric
-- return string: likewise its return
-- writer: as in runs
SELECT
    run_id, experiment, state, last_step, last_event_at,
    not_judged['loss'] AS loss, not_judged['validation'] AS validation,
    not_judged['metric'] AS metric, not_judged['return'] AS return, writer
FROM runs
WHERE verdict = 'not judged'
