-- What reports are made from. Every table is seen through a view of the trusts that were asked for, and nothing else;
-- `asked` holds the one row (first_day, last_day, today) of the question. Months are those of Europe/London.

-- How far along a fact is: what ESR showed later counts more than what it said earlier.
CREATE VIEW place AS
SELECT * FROM (VALUES ('held', 1, false), ('scheduled', 1, false), ('unknown', 2, false), ('sent', 3, true),
    ('accepted', 4, true), ('rejected', 5, true), ('missing', 6, true), ('differs', 7, true), ('landed', 8, true)
) AS p (outcome, place, was_sent);

-- What became of each approved version: the fact that counts most, and when it was first known to be sent and landed.
CREATE VIEW became AS
SELECT o.vpd, o.submittal_id, o.version,
       arg_max(o.outcome, (p.place, o.occurred_at, o.outcome)) AS state,
       bool_or(p.was_sent OR o.outcome = 'unknown') AS left_us,
       min(o.occurred_at) FILTER (p.was_sent) AS sent_at,
       min(o.occurred_at) FILTER (o.outcome = 'landed') AS landed_at
  FROM outcome o JOIN place p USING (outcome)
 GROUP BY o.vpd, o.submittal_id, o.version;

-- Every approved version with its state. `withdrawn`: taken back before it left us. `standing`: the one version of its record
-- that counts, the newest that was not withdrawn.
CREATE VIEW approved_version AS
WITH every AS (
    SELECT 'absence' AS kind, vpd, submittal_id, version, product, department, record_id, employee_number, approved_at,
           start_date AS first_day, corrects, reversal FROM absence
     UNION ALL
    SELECT 'attendance', vpd, submittal_id, version, product, department, record_id, employee_number, approved_at,
           date_worked, corrects, reversal FROM attendance),
judged AS (
    SELECT e.*, coalesce(b.state, 'approved') AS state, b.sent_at, b.landed_at,
           w.submittal_id IS NOT NULL AND NOT coalesce(b.left_us, false) AS withdrawn
      FROM every e
      LEFT JOIN became b USING (vpd, submittal_id, version)
      LEFT JOIN withdrawal w USING (vpd, submittal_id, version))
SELECT *, NOT withdrawn
          AND version = max(version) FILTER (NOT withdrawn) OVER (PARTITION BY vpd, submittal_id) AS standing
  FROM judged;

-- Paid extra work, each approved version. A reversal counts with the figures of what it takes back, negative.
CREATE VIEW extra AS
SELECT a.* EXCLUDE (event_id), v.state, v.withdrawn, v.standing, v.sent_at, v.landed_at,
       CASE WHEN a.reversal THEN -1 ELSE 1 END AS sign,
       CASE WHEN a.reversal THEN -abs(a.units) ELSE a.units END AS net_units,
       CASE WHEN a.reversal THEN -abs(a.amount) ELSE a.amount END AS net_amount
  FROM attendance a JOIN approved_version v USING (vpd, submittal_id, version);

-- Absences, each approved version. `last_day` is the closing record's where that ended an open absence. `counts`: it stands,
-- was not reversed, and is not itself the closing or reversal of another record that is known.
CREATE VIEW leave AS
WITH standing AS (
    SELECT a.* EXCLUDE (event_id), v.state, v.withdrawn, v.standing, v.sent_at, v.landed_at
      FROM absence a JOIN approved_version v USING (vpd, submittal_id, version)),
closing AS (
    SELECT vpd, closes AS submittal_id, max(end_date) AS closed_on, arg_max(end_part, end_date) AS closed_part
      FROM standing WHERE standing.standing AND closes IS NOT NULL AND NOT reversal GROUP BY vpd, closes)
SELECT s.*, coalesce(s.end_date, c.closed_on) AS last_day,
       CASE WHEN s.end_date IS NULL THEN coalesce(c.closed_part, 'full') ELSE s.end_part END AS last_part,
       s.standing AND NOT s.reversal
       AND NOT EXISTS (FROM standing r WHERE r.vpd = s.vpd AND r.corrects = s.submittal_id AND r.reversal AND r.standing)
       AND NOT EXISTS (FROM standing o WHERE o.vpd = s.vpd AND o.submittal_id = s.closes AND o.standing) AS counts
  FROM standing s LEFT JOIN closing c ON c.vpd = s.vpd AND c.submittal_id = s.submittal_id;

-- Job plans that are, or were, in force over some days. Drafts and plans without a first day never are; an expired plan only
-- if its last day is known.
CREATE VIEW dated_plan AS
SELECT vpd, employee_number, provider, plan_id, specialty, activities, effective_from,
       coalesce(effective_to, DATE '9999-12-31') AS effective_to, state <> 'under_revision' AS signed, occurred_at
  FROM job_plan
 WHERE effective_from IS NOT NULL
   AND (state IN ('signed_off', 'under_revision') OR (state = 'expired' AND effective_to IS NOT NULL));

-- The plan of a person in force on a day: a signed one before one under revision, then the one that began last.
CREATE MACRO plan_on(days) AS TABLE
SELECT d.vpd, d.employee_number, d.day, p.specialty, p.activities, p.signed
  FROM query_table(days) d
  JOIN dated_plan p ON p.vpd = d.vpd AND p.employee_number = d.employee_number
                   AND d.day BETWEEN p.effective_from AND p.effective_to
QUALIFY row_number() OVER (PARTITION BY d.vpd, d.employee_number, d.day
                           ORDER BY p.signed DESC, p.effective_from DESC, p.occurred_at DESC, p.provider, p.plan_id) = 1;

-- Standing extras of the period that were not refused, with the specialty of the job plan in force on the day worked.
CREATE VIEW day_with_extra AS SELECT DISTINCT vpd, employee_number, date_worked AS day FROM extra;
CREATE VIEW counted_extra AS
SELECT x.*, coalesce(p.specialty, 'not known') AS specialty
  FROM asked, extra x
  LEFT JOIN plan_on('day_with_extra') p
         ON p.vpd = x.vpd AND p.employee_number = x.employee_number AND p.day = x.date_worked
 WHERE x.standing AND x.state <> 'rejected' AND x.date_worked BETWEEN asked.first_day AND asked.last_day;

-- Each day of the period of each person who has or had a plan.
CREATE VIEW day_with_plan AS
SELECT p.vpd, p.employee_number, unnest(generate_series(a.first_day, a.last_day, INTERVAL 1 DAY))::DATE AS day
  FROM (SELECT DISTINCT vpd, employee_number FROM dated_plan) p, asked a;
