"""What a link was and became, revision by revision, and runs of changed rules over a trust.

Revision: 0005
Follows: 0004
"""

from __future__ import annotations

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
