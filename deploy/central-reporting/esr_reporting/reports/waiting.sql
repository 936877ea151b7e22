-- Approved and not settled yet: what waits for a run or for an answer of ESR, by department, and since when.
--
-- Counts each record once, its version that stands, unless it has landed or was rejected. `approved`: no run has it yet.
-- Month rule: none; the present picture, whatever period was asked for. Units: whole days from the approval until today.
-- Limits: a trust whose ESR files show no element rows proves nothing: its records stay `sent` or `accepted`.
SELECT v.vpd AS trust, v.product, v.department, v.kind, v.state, count(*) AS records,
       min(v.first_day) AS oldest_day,
       max(date_diff('day', v.approved_at::DATE, asked.today)) AS longest_wait_days
  FROM approved_version v, asked
 WHERE v.standing AND v.state NOT IN ('landed', 'rejected')
 GROUP BY ALL
 ORDER BY trust, product, department, kind, v.state
