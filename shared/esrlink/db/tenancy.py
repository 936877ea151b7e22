"""Tenancy: one trust never sees another's rows, enforced by PostgreSQL and not only by code.

Each transaction states the trusts that it may touch in the setting `esrlink.vpds`; a policy on each table with a `vpd`
column lets only those rows be seen or written. A transaction that states none sees none. The running service's role owns
no table and cannot bypass the policies.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, MetaData, text

from esrlink.db.infrastructure import DEAD_LETTER_TABLES, INFRASTRUCTURE_TABLES

# Given for the trusts of a transaction, it opens the dead letters of every trust and nothing else: for the machinery
# that parks and counts them, and for the command line. A request never states it.
EVERY_TRUST = frozenset({"*"})

# A scalar sub-select is evaluated once per statement, not once per row.
_STATED = "(SELECT string_to_array(current_setting('esrlink.vpds', true), ','))::text[]"
_DEAD_LETTERS = f"vpd IS NULL OR vpd = ANY ({_STATED}) OR '*' = ANY ({_STATED})"
_ALLOWED = f"vpd = ANY ({_STATED})"


def enable_sql(table: str) -> str:
    """The statements that put `table` under its policy; for migrations: `op.execute(enable_sql("person"))`."""
    allowed = _DEAD_LETTERS if table in DEAD_LETTER_TABLES else _ALLOWED
    return (
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY;'
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY;'
        f'CREATE POLICY tenancy ON "{table}" USING ({allowed}) WITH CHECK ({allowed})'
    )


def disable_sql(table: str) -> str:
    """The reverse of `enable_sql`."""
    return (
        f'DROP POLICY IF EXISTS tenancy ON "{table}";'
        f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY;'
        f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY'
    )


def tenant_table_names(metadata: MetaData) -> list[str]:
    """The tables that must be under the policy: those with a `vpd` column, but not the trust register itself."""
    return sorted(
        table.name
        for table in metadata.tables.values()
        if "vpd" in table.columns and table.name not in INFRASTRUCTURE_TABLES and not table.info.get("register", False)
    )


def protected_table_names(metadata: MetaData) -> list[str]:
    """All tables that must be under a policy: those of a trust, and the dead letters."""
    return sorted({*tenant_table_names(metadata), *DEAD_LETTER_TABLES} & set(metadata.tables))


def unprotected_tables(connection: Connection, names: Iterable[str]) -> list[str]:
    """Those of `names` on which the policy is missing or not forced; `doctor` and the tests ask."""
    rows = connection.execute(
        text(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relname = ANY(:names) AND c.relrowsecurity AND c.relforcerowsecurity"
            " AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)"
        ),
        {"names": list(names)},
    )
    protected = {row.relname for row in rows}
    return sorted(set(names) - protected)
