-- Time from work to pay: calendar days from the day worked to each step, half of the records within `median`, nine in ten
-- within `p90`.
--
-- The steps: `submitted` by the rota (first version), `approved`, `sent` to ESR, `landed` (ESR's own data shows it). Counts
-- the version of each record that stands; a record that ESR rejected and the department mended takes as long as it took.
-- Month rule: the day worked; of an absence its first day. A step counts the records that have reached it so far, so recent
-- months look quicker than they will: compare `records` of `approved` and `landed`.
-- Units: calendar days in Europe/London. Leave that is booked ahead gives negative days.
-- Limits: money follows on the pay day of the run that it landed in, which is not in these figures. Rejected records that
-- were not mended count up to `sent`.
WITH standing AS (
    SELECT v.vpd, v.kind, v.submittal_id, v.first_day, v.approved_at, v.sent_at, v.landed_at
      FROM approved_version v, asked
     WHERE v.standing AND NOT v.reversal AND v.first_day BETWEEN asked.first_day AND asked.last_day),
step AS (
    SELECT s.vpd, s.kind, 1 AS n, 'submitted' AS step, s.first_day, min(f.occurred_at) AS reached
      FROM standing s JOIN submitted f USING (vpd, submittal_id) GROUP BY s.vpd, s.kind, s.submittal_id, s.first_day
     UNION ALL SELECT vpd, kind, 2, 'approved', first_day, approved_at FROM standing
     UNION ALL SELECT vpd, kind, 3, 'sent', first_day, sent_at FROM standing WHERE sent_at IS NOT NULL
     UNION ALL SELECT vpd, kind, 4, 'landed', first_day, landed_at FROM standing WHERE landed_at IS NOT NULL)
SELECT vpd AS trust, kind, step, count(*) AS records,
       quantile_cont(date_diff('day', first_day, reached::DATE), 0.5)::DECIMAL(18, 1) AS median_days,
       quantile_cont(date_diff('day', first_day, reached::DATE), 0.9)::DECIMAL(18, 1) AS p90_days,
       max(date_diff('day', first_day, reached::DATE)) AS longest_days
  FROM step
 GROUP BY vpd, kind, n, step
 ORDER BY trust, kind, n
