-- How well profiles are matched to people, by department: linked by a rule or by a person, waiting for a person, ended.
--
-- Counts each profile that profile-sync has said anything of, as it stands now. `people` are different ESR numbers.
-- Month rule: none; the present picture, whatever period was asked for.
-- Limits: a profile that was put and never announced is not here; excluded profiles that were never linked are not, either.
SELECT vpd AS trust, product, department, count(*) AS profiles,
       count(*) FILTER (state = 'linked' AND made_by = 'rule') AS linked_by_rule,
       count(*) FILTER (state = 'linked' AND made_by = 'person') AS linked_by_person,
       count(*) FILTER (state = 'review_needed') AS waiting_for_a_person,
       count(*) FILTER (state = 'unlinked') AS ended,
       count(DISTINCT employee_number) FILTER (state = 'linked') AS people
  FROM link
 GROUP BY ALL
 ORDER BY trust, product, department
