-- What is exported, one view for each folder. `month` says in which partition a row lies.

-- Absences, each approved version, in the month of the first day.
CREATE VIEW export_absence AS
SELECT vpd, strftime(start_date, '%Y-%m') AS month, submittal_id, version, product, department, record_id, employee_number,
       assignment_number, absence_type, reason, start_date, start_part, last_day, last_part, days, hours, sessions, closes,
       corrects, reversal, approved_at, state, withdrawn, counts, sent_at, landed_at
  FROM leave;

-- Paid extra work, each approved version, in the month of the day worked.
CREATE VIEW export_attendance AS
SELECT vpd, strftime(date_worked, '%Y-%m') AS month, submittal_id, version, product, department, record_id, employee_number,
       assignment_number, date_worked, session, pay_element, units, unit, rate, amount, cost_code, corrects, reversal,
       approved_at, state, withdrawn, standing AND state <> 'rejected' AS counts, sent_at, landed_at
  FROM extra;

-- People as they are now, in the month of ESR's last word on them.
CREATE VIEW export_person AS
SELECT vpd, strftime(as_of, '%Y-%m') AS month, employee_number, revision, as_of, gone, hire_date, leaving_date FROM person;

-- Their dated assignments, in the same month.
CREATE VIEW export_assignment AS
SELECT vpd, strftime(as_of, '%Y-%m') AS month, employee_number, unnest(assignments, max_depth := 2) FROM person;

-- Links as they are now, in the month of their last change.
CREATE VIEW export_link AS
SELECT vpd, strftime(occurred_at, '%Y-%m') AS month, * EXCLUDE (vpd, event_id) FROM link;

-- Job plans as they are now, in the month of their last change.
CREATE VIEW export_job_plan AS
SELECT vpd, strftime(occurred_at, '%Y-%m') AS month, * EXCLUDE (vpd, event_id, activities) FROM job_plan;

-- Their PAs a week by category, in the same month.
CREATE VIEW export_job_plan_activity AS
SELECT vpd, strftime(occurred_at, '%Y-%m') AS month, provider, plan_id, employee_number, version,
       unnest(activities, max_depth := 2)
  FROM job_plan;

-- Runs that were sent, in the month in which they were.
CREATE VIEW export_run AS
SELECT vpd, strftime(sent_at, '%Y-%m') AS month, * EXCLUDE (vpd, event_id, files, totals) FROM run;

-- Their control totals, in the same month.
CREATE VIEW export_run_total AS
SELECT vpd, strftime(sent_at, '%Y-%m') AS month, run_id, run_code, unnest(totals, max_depth := 2) FROM run;

-- What became of each approved version, in the month in which it was known.
CREATE VIEW export_outcome AS
SELECT vpd, strftime(occurred_at, '%Y-%m') AS month, * EXCLUDE (vpd, event_id) FROM outcome;
