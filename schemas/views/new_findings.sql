-- What opened, came back or became graver in the last night that judged a run, less what is muted.
--
-- *: as in open_findings
SELECT open_findings.*
FROM open_findings
JOIN (SELECT max(judged_at) AS night FROM verdicts) AS last ON last.night = open_findings.opened_at
