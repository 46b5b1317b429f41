-- How each layer does at the last traced step of each of its tensors, and what was found in it.
--
-- run_id: as in runs
-- layer: as in layer_stats
-- depth: as in layer_stats
-- layer_type: as in layer_stats
-- last_step int64: last step of any of its tensors
-- dead_fraction: as in layer_stats
-- saturated_fraction: as in layer_stats
-- nonfinite_fraction double: largest share of NaN and infinities in any of its tensors
-- weight_norm double: Euclidean norm of all its weights
-- gradient_norm double: Euclidean norm of all its gradients
-- update_ratio double: largest update_ratio of its tensors
-- severity: as in findings
-- rule string: the gravest finding in the layer; null where nothing was found
-- title: as in findings
SELECT
    latest.run_id, latest.layer, latest.depth, latest.layer_type, latest.last_step,
    latest.dead_fraction, latest.saturated_fraction, latest.nonfinite_fraction,
    latest.weight_norm, latest.gradient_norm, latest.update_ratio,
    gravest.severity, gravest.rule, gravest.title
FROM (
    SELECT
        run_id, layer, max(depth) AS depth, max(layer_type) AS layer_type,
        max(step) AS last_step,
        max(dead_fraction) AS dead_fraction,
        max(saturated_fraction) AS saturated_fraction,
        max(nan_fraction + inf_fraction) AS nonfinite_fraction,
        sqrt(sum(CASE WHEN kind = 'weight' THEN l2 * l2 END)) AS weight_norm,
        sqrt(sum(CASE WHEN kind = 'gradient' THEN l2 * l2 END)) AS gradient_norm,
        max(update_ratio) AS update_ratio
    FROM (
        SELECT *, row_number() OVER (
            PARTITION BY run_id, layer, tensor, kind ORDER BY step DESC
        ) AS place
        FROM layer_stats
    ) AS traced
    WHERE place = 1
    GROUP BY run_id, layer
) AS latest
LEFT JOIN (
    SELECT run_id, layer, severity, rule, title, row_number() OVER (
        PARTITION BY run_id, layer
        ORDER BY CASE severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END,
            CASE WHEN is_root THEN 0 ELSE 1 END, rule
    ) AS place
    FROM open_findings
) AS gravest
    ON gravest.run_id = latest.run_id AND gravest.layer = latest.layer AND gravest.place = 1
