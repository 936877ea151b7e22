-- What ESR rejected, by its code, with the reason in words, and how many of those records were mended and have landed since.
--
-- Counts rejections: a record that was rejected twice counts twice. `mended`: a later version was approved. `landed_since`:
-- the version that stands now has landed. `open`: no later version yet; somebody must act.
-- Month rule: the day on which the rejection became known. `words` is the newest wording of that code.
-- Limits: only what payroll's confirmations say; what the rules returned to the department never went to ESR.
WITH refused AS (
    SELECT o.vpd, o.submittal_id, o.version, coalesce(o.code, '-') AS code, o.reason, o.occurred_at
      FROM outcome o, asked
     WHERE o.outcome = 'rejected' AND o.occurred_at::DATE BETWEEN asked.first_day AND asked.last_day)
SELECT r.vpd AS trust, coalesce(v.kind, 'not known') AS kind, r.code,
       arg_max(r.reason, (r.occurred_at, r.submittal_id, r.version)) AS words,
       count(*) AS rejected,
       count(*) FILTER (s.version > r.version) AS mended,
       count(*) FILTER (s.version > r.version AND s.state = 'landed') AS landed_since,
       count(*) FILTER (s.version IS NULL OR s.version <= r.version) AS open
  FROM refused r
  LEFT JOIN approved_version v ON v.vpd = r.vpd AND v.submittal_id = r.submittal_id AND v.version = r.version
  LEFT JOIN approved_version s ON s.vpd = r.vpd AND s.submittal_id = r.submittal_id AND s.standing
 GROUP BY r.vpd, coalesce(v.kind, 'not known'), r.code
 ORDER BY trust, rejected DESC, kind, code
