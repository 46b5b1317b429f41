-- The points that count: scalars without those that a later record at the same or an earlier step
-- superseded (a restart), by TensorBoard's rule, and without those of replaced files. Of a series
-- that carries one step throughout, as its writer never passes it, all points are there, as of one
-- that several writers wrote in turn, no step twice. The steps of a 32-bit counter that started
-- again are counted on.
--
-- *: as in scalars

-- What is stepless, interleaved or counted on is said in Python in insight_lib/events/superseded.py
-- and step_counters.py; a test compares the two. 2145386496 is 2^31 - 2^21: few series come near it,
-- and only these are sorted for it. Series are joined: DuckDB hands a condition on the run through a
-- join, and through no IN.
WITH live AS (
    SELECT scalars.*
    FROM scalars
    LEFT JOIN (
        SELECT DISTINCT file_id, true AS is_replaced FROM event_files WHERE status = 'replaced'
    ) AS replaced ON replaced.file_id = scalars.file_id
    WHERE replaced.is_replaced IS NULL
),
wrapping AS (
    SELECT DISTINCT run_id, stream, tag, true AS may_wrap FROM live WHERE step >= 2145386496
),
counted_on AS (
    SELECT
        live.run_id, live.stream, live.tag, live.step, live.wall_time, live.value, live.file_id,
        live.record_offset, live.value_index
    FROM live
    LEFT JOIN wrapping
        ON wrapping.run_id = live.run_id
        AND wrapping.stream = live.stream AND wrapping.tag = live.tag
    WHERE wrapping.may_wrap IS NULL
    UNION ALL
    SELECT
        run_id, stream, tag,
        CAST(step + sum(lost) OVER (
            PARTITION BY run_id, stream, tag ORDER BY file_id, record_offset, value_index
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS BIGINT) AS step,
        wall_time, value, file_id, record_offset, value_index
    FROM (
        SELECT *, CASE
            WHEN before BETWEEN 2145386496 AND 2147483647
                AND step BETWEEN -2147483648 AND -2145386497 THEN 4294967296
            WHEN before BETWEEN 2145386496 AND 2147483647
                AND step BETWEEN 0 AND 2097151 THEN 2147483648
            WHEN before BETWEEN 4292870144 AND 4294967295
                AND step BETWEEN 0 AND 2097151 THEN 4294967296
            ELSE 0 END AS lost
        FROM (
            SELECT live.*, lag(live.step) OVER (
                PARTITION BY live.run_id, live.stream, live.tag
                ORDER BY live.file_id, live.record_offset, live.value_index
            ) AS before
            FROM live
            JOIN wrapping
                ON wrapping.run_id = live.run_id
                AND wrapping.stream = live.stream AND wrapping.tag = live.tag
        ) AS followed
    ) AS judged
),
about AS (
    SELECT
        run_id, stream, tag, count(DISTINCT file_id) AS files,
        min(step) = max(step) AND count(*) >= 3 * count(DISTINCT file_id) AS is_stepless
    FROM live
    GROUP BY run_id, stream, tag
),
interleaved AS (
    SELECT run_id, stream, tag, true AS is_interleaved
    FROM (
        SELECT
            counted_on.run_id, counted_on.stream, counted_on.tag, counted_on.wall_time,
            counted_on.step > lag(counted_on.step) OVER (
                PARTITION BY counted_on.run_id, counted_on.stream, counted_on.tag
                ORDER BY counted_on.wall_time, counted_on.file_id, counted_on.record_offset,
                    counted_on.value_index
            ) AS rises
        FROM counted_on
        JOIN about
            ON about.run_id = counted_on.run_id
            AND about.stream = counted_on.stream AND about.tag = counted_on.tag
        WHERE about.files > 1
    ) AS by_time
    GROUP BY run_id, stream, tag
    HAVING bool_and(coalesce(rises, true))
        AND bool_and(abs(wall_time) < CAST('Infinity' AS DOUBLE))
)
SELECT
    points.run_id, points.stream, points.tag, points.step, points.wall_time, points.value,
    points.file_id, points.record_offset, points.value_index
FROM (
    SELECT *, min(step) OVER (
        PARTITION BY run_id, stream, tag ORDER BY file_id, record_offset, value_index
        ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
    ) AS lowest_later_step
    FROM counted_on
) AS points
LEFT JOIN about
    ON about.run_id = points.run_id
    AND about.stream = points.stream AND about.tag = points.tag
LEFT JOIN interleaved
    ON interleaved.run_id = points.run_id
    AND interleaved.stream = points.stream AND interleaved.tag = points.tag
WHERE points.lowest_later_step IS NULL OR points.step < points.lowest_later_step
    OR about.is_stepless OR interleaved.is_interleaved
