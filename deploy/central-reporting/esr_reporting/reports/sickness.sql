-- Sickness by level-1 reason: episodes, people, calendar days lost in the period, and how many are still open.
--
-- Sickness is an absence with a level-1 reason of sickness (S10 to S99), or of the type Sickness. Counts each approved record
-- that stands, whether or not ESR has it yet: the person was ill. An open absence is joined with the record that closes it.
-- Month rule: days count in the month in which they lie, so an episode that runs over a month's end is in both.
-- Units: calendar days, weekends and days off included; a half day is 0.5. An open episode counts up to today.
-- Limits: a change of reason within one absence is not seen; two records that follow each other are two episodes.
WITH sick AS (
    SELECT l.vpd, l.submittal_id, l.employee_number, l.reason, l.last_day IS NULL AS still_open,
           greatest(l.start_date, a.first_day) AS first_counted,
           least(coalesce(l.last_day, a.today), a.last_day) AS last_counted,
           CASE WHEN l.start_part = 'afternoon' AND l.start_date >= a.first_day THEN 0.5 ELSE 0 END
           + CASE WHEN l.last_part = 'morning' AND l.last_day <= a.last_day THEN 0.5 ELSE 0 END AS half_days
      FROM leave l, asked a
     WHERE l.counts
       AND (regexp_full_match(l.reason, 'S[1-9][0-9]') OR lower(l.absence_type) = 'sickness')
       AND l.start_date <= a.last_day
       AND coalesce(l.last_day, greatest(l.start_date, a.today)) >= a.first_day)
SELECT s.vpd AS trust, coalesce(s.reason, '-') AS reason, coalesce(w.words, 'not stated in our list') AS words,
       count(*) AS episodes, count(DISTINCT s.employee_number) AS people, count(*) FILTER (s.still_open) AS still_open,
       sum(greatest(date_diff('day', s.first_counted, s.last_counted) + 1 - s.half_days, 0))::DECIMAL(18, 1) AS calendar_days
  FROM sick s
  LEFT JOIN (VALUES
       ('S10', 'Anxiety, stress, depression, other psychiatric illnesses'), ('S11', 'Back problems'),
       ('S12', 'Other musculoskeletal problems'), ('S13', 'Cold, cough, flu'), ('S14', 'Asthma'),
       ('S15', 'Chest and respiratory problems'), ('S16', 'Headache, migraine'),
       ('S17', 'Benign and malignant tumours, cancers'), ('S18', 'Blood disorders'),
       ('S19', 'Heart, cardiac and circulatory problems'), ('S20', 'Burns, poisoning, frostbite, hypothermia'),
       ('S21', 'Ear, nose, throat'), ('S22', 'Dental and oral problems'), ('S23', 'Eye problems'),
       ('S24', 'Endocrine, glandular problems'), ('S25', 'Gastrointestinal problems'),
       ('S26', 'Genitourinary and gynaecological disorders'), ('S27', 'Infectious diseases'),
       ('S28', 'Injury, fracture'), ('S29', 'Nervous system disorders'), ('S30', 'Pregnancy related disorders'),
       ('S31', 'Skin disorders'), ('S98', 'Other known causes'), ('S99', 'Unknown causes, not specified')
       ) AS w (code, words) ON w.code = s.reason
 GROUP BY ALL
 ORDER BY trust, calendar_days DESC, reason
