-- Paid extra work by specialty: records, what was worked, what it costs, and how much of it ESR shows.
--
-- Counts each record once: its newest approved version that was not withdrawn and that ESR did not reject. A reversal takes
-- away what it reverses. `landed` is what ESR's own later data shows; the rest is on its way, or differs there.
-- Month rule: the day worked. Units: hours, sessions and PAs as approved, each summed by itself; money in pounds.
-- Specialty: that of the job plan in force on the day worked, as its provider writes it; never guessed from a post's title.
-- Without such a plan it is `not known`: trainees, and consultants whose plan is elsewhere.
-- Limits: a record without an amount (rate not agreed) counts as a record and adds no money: `unpriced` says how many.
SELECT vpd AS trust, specialty,
       sum(sign)::BIGINT AS records,
       count(DISTINCT employee_number) AS people,
       coalesce(sum(net_units) FILTER (unit = 'hours'), 0)::DECIMAL(18, 2) AS hours,
       coalesce(sum(net_units) FILTER (unit = 'sessions'), 0)::DECIMAL(18, 2) AS sessions,
       coalesce(sum(net_units) FILTER (unit = 'PAs'), 0)::DECIMAL(18, 2) AS pas,
       coalesce(sum(net_amount), 0)::DECIMAL(18, 2) AS pounds,
       coalesce(sum(sign) FILTER (state = 'landed'), 0)::BIGINT AS records_landed,
       coalesce(sum(net_amount) FILTER (state = 'landed'), 0)::DECIMAL(18, 2) AS pounds_landed,
       count(*) FILTER (amount IS NULL) AS unpriced
  FROM counted_extra
 GROUP BY ALL
 ORDER BY trust, specialty
