-- Job plans beside paid extras, by specialty: PAs that the plans in force promise, and what was paid on top of them.
--
-- Planned: for each person and day the plan in force (signed before one under revision), its PAs a week divided by 7, summed
-- over the days of the period. `core` is DCC, SPA, ANR and ED together; `additional` is APA. Extras: the standing, not
-- rejected records of `paid-extras-by-specialty`; those in PAs, and those in hours at 4 hours a PA, make `extra_pas`; those
-- in sessions stand apart, because a session's length is not in the events.
-- Month rule: planned, each day of the period; extras, the day worked. Units: PAs.
-- Limits: this is not planned against delivered work: work within the plan is not on the bus (see the job plan page of the
-- hub for one person). Leave and working weeks are not taken off, so `planned` is more than a person can deliver. Premium time
-- (3 hours a PA) is not told apart, so `extra_pas` errs on the low side. Only the newest version of a plan is known, so a month long
-- past is set against it, too. `not_readable` counts figures that the provider wrote in a way that nobody can read, not as 0.
WITH in_force AS (
    SELECT vpd, employee_number, coalesce(specialty, 'not known') AS specialty, activities FROM plan_on('day_with_plan')),
line AS (
    SELECT vpd, employee_number, specialty, unnest(activities, max_depth := 2) FROM in_force),
planned AS (
    SELECT vpd, specialty,
           sum(pas) FILTER (category <> 'APA') / 7 AS core, sum(pas) FILTER (category = 'APA') / 7 AS additional,
           count(DISTINCT (employee_number, category)) FILTER (pas IS NULL) AS not_readable
      FROM line GROUP BY ALL),
people AS (SELECT vpd, specialty, count(DISTINCT employee_number) AS people FROM in_force GROUP BY ALL),
extras AS (
    SELECT vpd, specialty, sum(sign) AS records,
           coalesce(sum(net_units) FILTER (unit = 'PAs'), 0) + coalesce(sum(net_units) FILTER (unit = 'hours'), 0) / 4 AS pas,
           coalesce(sum(net_units) FILTER (unit = 'sessions'), 0) AS sessions
      FROM counted_extra GROUP BY ALL)
SELECT coalesce(e.vpd, p.vpd) AS trust, coalesce(e.specialty, p.specialty) AS specialty,
       coalesce(n.people, 0) AS people_with_plan,
       round(coalesce(p.core, 0), 2)::DECIMAL(18, 2) AS planned_core_pas,
       round(coalesce(p.additional, 0), 2)::DECIMAL(18, 2) AS planned_additional_pas,
       coalesce(p.not_readable, 0) AS not_readable,
       coalesce(e.records, 0)::BIGINT AS extras,
       coalesce(e.pas, 0)::DECIMAL(18, 2) AS extra_pas,
       coalesce(e.sessions, 0)::DECIMAL(18, 2) AS extra_sessions
  FROM planned p
  FULL JOIN extras e ON e.vpd = p.vpd AND e.specialty = p.specialty
  LEFT JOIN people n ON n.vpd = p.vpd AND n.specialty = p.specialty
 ORDER BY trust, specialty
