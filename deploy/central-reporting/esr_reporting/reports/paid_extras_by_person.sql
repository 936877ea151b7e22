-- Paid extra work by person, over all departments: what one ESR number worked and was paid for in several rotas together.
--
-- The ESR number joins a person's profiles; who holds profiles in several departments is one row. Counts records as
-- `paid-extras-by-department` does. Month rule: the day worked. Units: hours, sessions and PAs; money in pounds.
-- Limits: one trust at a time: the same human in two trusts has two ESR numbers and two rows. There are no names here.
SELECT vpd AS trust, employee_number AS esr_number,
       count(DISTINCT (product, department)) AS departments,
       string_agg(DISTINCT department, ', ' ORDER BY department) AS worked_in,
       sum(sign)::BIGINT AS records,
       coalesce(sum(net_units) FILTER (unit = 'hours'), 0)::DECIMAL(18, 2) AS hours,
       coalesce(sum(net_units) FILTER (unit = 'sessions'), 0)::DECIMAL(18, 2) AS sessions,
       coalesce(sum(net_units) FILTER (unit = 'PAs'), 0)::DECIMAL(18, 2) AS pas,
       coalesce(sum(net_amount), 0)::DECIMAL(18, 2) AS pounds,
       coalesce(sum(sign) FILTER (state = 'landed'), 0)::BIGINT AS records_landed,
       coalesce(sum(net_amount) FILTER (state = 'landed'), 0)::DECIMAL(18, 2) AS pounds_landed
  FROM counted_extra
 GROUP BY vpd, employee_number
 ORDER BY trust, pounds DESC, records DESC, esr_number
