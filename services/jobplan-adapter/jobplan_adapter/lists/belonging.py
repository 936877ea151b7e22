"""Whose people a list may show: those of some departments, or everybody. A condition of statements that name their rows `x`.

A person belongs to the departments in which they worked, and to those that a specialty of their plans stands for in the trust's
settings. `x` has `vpd` and `employee_number`; `:departments` are "product/department", or null for all.
"""

from __future__ import annotations

BELONGS = """
  (CAST(:departments AS text[]) IS NULL
   OR EXISTS (SELECT FROM work d WHERE d.vpd = x.vpd AND d.employee_number = x.employee_number
                 AND d.product || '/' || d.department = ANY(CAST(:departments AS text[])))
   OR EXISTS (SELECT FROM plan d
                JOIN plan_version s ON s.vpd = d.vpd AND s.provider = d.provider AND s.plan_id = d.plan_id
                               AND (s.version = d.version OR s.state = 'signed_off')
                JOIN trust g ON g.vpd = d.vpd
               CROSS JOIN LATERAL jsonb_array_elements(g.configuration -> 'departments') AS of
               WHERE d.vpd = x.vpd AND d.employee_number = x.employee_number
                 AND (of ->> 'product') || '/' || (of ->> 'department') = ANY(CAST(:departments AS text[]))
                 AND (of -> 'specialties') @> (s.content -> 'specialty')))
"""
